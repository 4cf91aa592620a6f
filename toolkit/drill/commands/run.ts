import { resolve } from 'node:path'
import type { CommandContext } from '../../command.ts'
import type { DrillFlags, DrillSurroundings } from '../commands.ts'
import { loadDrill } from '../compile/load-drill.ts'
import { renderConsole } from '../report/console-table.ts'
import { failoverOperator } from '../run/failover-operator.ts'
import { rehearse } from '../run/rehearse.ts'
import { createTranscript } from '../run/transcript.ts'
import { EXIT_CODES } from '../verdict/judge.ts'
import { sayPrediction } from './predict.ts'

/** `drill <spec>`: the whole of it. Progress goes to stderr, what came of it to stdout; the verdict is the exit code. */
export async function runDrillCommand(
  spec: string,
  flags: DrillFlags,
  context: CommandContext,
  surroundings: DrillSurroundings,
): Promise<number> {
  const { drill, topologyFile } = await loadDrill(spec, flags.topology)
  if (drill.spec.mode === 'predict') {
    sayPrediction(drill, context)
    return 0
  }
  const transcript = createTranscript(context.progress, context.color)
  const { report, file } = await rehearse({
    drill,
    topologyFile: resolve(context.cwd, topologyFile),
    programs: surroundings.programs,
    operator: failoverOperator,
    transcript,
    cwd: context.cwd,
    dataDir: flags.dataDir,
    reports: resolve(context.cwd, flags.reports),
    command: ['antipode', 'drill', spec, ...(flags.topology ? ['--topology', flags.topology] : [])].join(' '),
    signal: context.signal,
  })
  context.say(renderConsole(report, file, context.color))
  context.result({ ...report, file })
  return EXIT_CODES[report.verdict]
}
