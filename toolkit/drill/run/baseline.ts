import { type CompiledDrill, headroomOf } from '../compile/compile-drill.ts'
import type { Observations } from '../measure/observations.ts'
import type { ReadyCondition } from '../spec/conditions.ts'
import type { Checked } from '../verdict/evidence.ts'
import type { SettledConfiguration } from './settled-configuration.ts'

/** Each sentence under `ready`, checked after a stretch of undisturbed traffic; and that there was one. */
export function checkReady(
  drill: CompiledDrill,
  seen: Observations,
  settled: SettledConfiguration,
  differences: string,
  steady: boolean,
): Checked[] {
  const check = (condition: ReadyCondition): Checked => {
    switch (condition.kind) {
      case 'all-regions-serving': {
        const silent = Object.keys(drill.topology.regions).filter((region) => !serves(seen, region))
        const detail = silent.length === 0 ? 'all answer' : `${silent.join(', ')} does not answer`
        return { text: condition.text, held: silent.length === 0, detail }
      }
      case 'headroom': {
        const headroom = headroomOf(drill.topology, drill.survivors)
        return { text: condition.text, held: headroom.value >= condition.atLeast.value, detail: `${headroom}` }
      }
      case 'drift':
        return {
          text: condition.text,
          held: settled.hash !== null,
          detail: [differences, settled.drift].filter(Boolean).join('; ') || 'one configuration everywhere',
        }
    }
  }
  const failed = seen.calls.filter(({ outcome }) => outcome !== 'ok')
  const detail = steady
    ? 'steady'
    : `${failed.length} of ${seen.calls.length} calls failed${failed[0] ? `, first: ${failed[0].outcome} ${failed[0].status || ''}`.trimEnd() : ''}`
  return [...drill.spec.ready.map(check), { text: 'undisturbed traffic succeeds', held: steady, detail }]
}

/** Its gateway's newest probe, from every vantage point that has probed it, was answered. */
function serves(seen: Observations, region: string): boolean {
  const probes = seen.probes.filter((probe) => probe.region === region && probe.part === 'data-plane')
  const newest = new Map(probes.map((probe) => [probe.vantage, probe.answered]))
  return newest.size > 0 && [...newest.values()].every(Boolean)
}
