import type { CommandContext } from '../../command.ts'
import { blastRadius } from '../compile/blast-radius.ts'
import type { CompiledDrill } from '../compile/compile-drill.ts'
import { loadDrill } from '../compile/load-drill.ts'
import { predict } from '../compile/predict.ts'

/** `drill predict`: compiles, and says what arithmetic bounds. */
export async function predictCommand(
  spec: string,
  topology: string | undefined,
  context: CommandContext,
): Promise<void> {
  const { drill } = await loadDrill(spec, topology)
  sayPrediction(drill, context)
}

/** The blast radius and every bound beside its promise. */
export function sayPrediction(drill: CompiledDrill, context: CommandContext): void {
  const prediction = predict(drill)
  const { objectives, spec, topologyHash } = drill
  const detect = prediction.detect === null ? 'nothing to detect' : `${prediction.detect}`
  const rpo = prediction.rpo === null ? 'bounded by time only' : String(prediction.rpo)
  const width = Math.max(...prediction.cohorts.map(({ cohort }) => cohort.length + 5))
  context.say(
    [
      `${drill.topology.name} · ${spec.name} · prediction`,
      '',
      `  ${spec.claim}`,
      '',
      ...blastRadius(drill).map((line) => `  ${line}`),
      '',
      `  ${'objective'.padEnd(16)}${'promised'.padStart(10)}${'predicted'.padStart(22)}`,
      `  ${'detection'.padEnd(16)}${`${objectives.detect}`.padStart(10)}${detect.padStart(22)}`,
      `  ${'RTO (callers)'.padEnd(16)}${`${objectives.rto}`.padStart(10)}${`${prediction.rto}`.padStart(22)}`,
      // A live drill writes nothing that could be lost.
      ...(drill.live
        ? []
        : [`  ${'RPO'.padEnd(16)}${String(objectives.rpo.revisions).padStart(10)}${rpo.padStart(22)}`]),
      '',
      ...prediction.cohorts.map(({ cohort, arithmetic }) => `  RTO ${cohort.padEnd(width - 4)} ${arithmetic}`),
      '',
      `  topology pinned to ${topologyHash.slice(0, 16)}`,
    ].join('\n'),
  )
  context.result({
    drill: spec.name,
    topology: drill.topology.name,
    topologyHash,
    blastRadius: blastRadius(drill),
    objectives,
    prediction,
  })
}
