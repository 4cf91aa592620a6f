import { resolve } from 'node:path'
import { AntipodeError } from '../../../runtime/model/errors.ts'
import type { CommandContext } from '../../command.ts'
import type { DrillFlags, DrillSurroundings } from '../commands.ts'
import { type LoadedDrill, loadDrill } from '../compile/load-drill.ts'
import { renderConsole } from '../report/console-table.ts'
import { failoverOperator } from '../run/failover-operator.ts'
import { type RehearsalResult, rehearse } from '../run/rehearse.ts'
import { createTranscript } from '../run/transcript.ts'
import { EXIT_CODES } from '../verdict/judge.ts'
import { type LiveFlags, liveCommand } from './live.ts'
import { sayPrediction } from './predict.ts'

/** `drill <spec>`: the whole of it. Progress goes to stderr, what came of it to stdout; the verdict is the exit code. */
export async function runDrillCommand(
  spec: string,
  flags: LiveFlags,
  context: CommandContext,
  surroundings: DrillSurroundings,
): Promise<number> {
  const loaded = await loadDrill(spec, flags.topology)
  if (loaded.drill.spec.mode === 'predict') {
    sayPrediction(loaded.drill, context)
    return 0
  }
  const { topology, engine, until, undoRole } = flags
  const named = { topology, engine, until, 'undo-role': undoRole }
  const written = Object.entries(named).flatMap(([name, value]) => (value ? [`--${name}`, value] : []))
  const command = ['antipode', 'drill', spec, ...(flags.live ? ['--live'] : []), ...written].join(' ')
  if (flags.live) return liveCommand(loaded, command, flags, context, surroundings.programs.synth)
  const { report, file } = await rehearseLoaded(loaded, command, flags, context, surroundings)
  context.say(renderConsole(report, file, context.color))
  context.result({ ...report, file })
  return EXIT_CODES[report.verdict]
}

/** Rehearses a compiled drill as the command line's flags say. @param command as it was typed */
export function rehearseLoaded(
  { drill, topologyFile }: LoadedDrill,
  command: string,
  flags: DrillFlags,
  context: CommandContext,
  surroundings: DrillSurroundings,
): Promise<RehearsalResult> {
  if (drill.live) {
    const reason = 'its file says mode: live, which nothing but --live and --until starts; see docs/drill.md'
    throw new AntipodeError('DRILL_NOT_STARTED', { reason })
  }
  return rehearse({
    ...{ drill, topologyFile: resolve(context.cwd, topologyFile), ...surroundings },
    ...{ operator: failoverOperator, transcript: createTranscript(context.progress, context.color), command },
    ...{ cwd: context.cwd, dataDir: flags.dataDir, reports: resolve(context.cwd, flags.reports) },
    engine: flags.engine,
    signal: context.signal,
  })
}
