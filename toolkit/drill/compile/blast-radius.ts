import { recoveryBound } from '../../../topology/index.ts'
import { nameParts } from '../faults/targets.ts'
import type { CompiledDrill } from './compile-drill.ts'

/** What a drill will touch, what callers and writers will notice, and what it leaves alone; one line each. */
export function blastRadius(drill: CompiledDrill): string[] {
  const { topology, faults, survivors, writer } = drill
  const regions = Object.keys(topology.regions)
  const lines: [string, string][] = []
  for (const { fault, plan } of faults) {
    const reach = fault.reach(plan)
    for (const { region, parts } of reach.regions) {
      lines.push([fault.name, `${region} (${topology.regions[region]!.role}): ${nameParts(parts)}`])
    }
    for (const [from, to] of reach.links) lines.push([fault.name, `the link between ${from} and ${to}`])
    if (reach.regions.length + reach.links.length === 0) lines.push([fault.name, fault.describe(plan)])
  }
  const lost = regions.filter((region) => !survivors.includes(region))
  const bound = recoveryBound(topology).total
  lines.push([
    'callers',
    drill.callsFail
      ? 'every caller whom the fault concerns, until it is taken back'
      : lost.length === 0
        ? 'no data plane is touched: no call should fail'
        : !drill.answersMove
          ? `none: the GSLB holds ${lost.join(', ')} back while ${writer} answers`
          : `those whom the GSLB sends to ${lost.join(', ')}, for at most ${bound}; ${survivors.join(', ')} goes on answering`,
  ])
  const successor = regions.find((region) => region !== writer && topology.regions[region]!.role === 'standby')
  lines.push([
    'writers',
    drill.writerStops
      ? `configuration writes stop until ${successor ?? 'another region'} is promoted`
      : touchesConfirmation(drill)
        ? `configuration writes wait for ${successor ?? 'the other region'}, or stop, until the fault is undone`
        : 'configuration writes go on',
  ])
  const reached = new Set(faults.flatMap(({ fault, plan }) => fault.reach(plan).regions.map(({ region }) => region)))
  const spared = regions.filter((region) => !reached.has(region))
  lines.push([
    'untouched',
    spared.length === 0 ? 'nothing' : spared.map((region) => `every process of ${region}`).join(', '),
  ])
  const width = Math.max(...lines.map(([label]) => label.length))
  return lines.map(([label, text]) => `${label.padEnd(width)}  ${text}`)
}

/** The link, or the region that confirms, is among what is touched. */
function touchesConfirmation({ faults, writer }: CompiledDrill): boolean {
  return faults.some(({ fault, plan }) => {
    const { regions, links } = fault.reach(plan)
    return links.length > 0 || regions.some(({ region }) => region !== writer)
  })
}
