import { recoveryBound } from '../../../topology/index.ts'
import { nameParts } from '../faults/targets.ts'
import type { CompiledDrill } from './compile-drill.ts'

/** What a drill will touch, what callers and writers will notice, and what it leaves alone; one line each. */
export function blastRadius(drill: CompiledDrill): string[] {
  const { topology, faults } = drill
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
  lines.push(['callers', whatCallersNotice(drill)])
  lines.push(['writers', drill.independent ? whatIndependentWritersNotice(drill) : whatWritersNotice(drill)])
  const reached = new Set(faults.flatMap(({ fault, plan }) => fault.reach(plan).regions.map(({ region }) => region)))
  const spared = regions.filter((region) => !reached.has(region))
  lines.push([
    'untouched',
    spared.length === 0 ? 'nothing' : spared.map((region) => `every process of ${region}`).join(', '),
  ])
  const width = Math.max(...lines.map(([label]) => label.length))
  return lines.map(([label, text]) => `${label.padEnd(width)}  ${text}`)
}

function whatCallersNotice(drill: CompiledDrill): string {
  const { topology, survivors, leaving, writer, callsFail, independent } = drill
  const lost = Object.keys(topology.regions).filter((region) => !survivors.includes(region))
  if (callsFail) return 'every caller whom the fault concerns, until it is taken back'
  if (lost.length === 0) return 'no data plane is touched: no call should fail'
  if (leaving.length === 0 && independent) return `none of the drill's own: they are nearer to ${survivors.join(', ')}`
  if (leaving.length === 0) return `none: the GSLB holds ${lost.join(', ')} back while ${writer} answers`
  const bound = recoveryBound(topology).total
  return `those whom the GSLB sends to ${lost.join(', ')}, for at most ${bound}; ${survivors.join(', ')} goes on answering`
}

function whatWritersNotice(drill: CompiledDrill): string {
  const { topology, writer } = drill
  const successor = Object.keys(topology.regions).find((region) => {
    return region !== writer && topology.regions[region]!.role === 'standby'
  })
  if (drill.writerStops && drill.live)
    return 'configuration writes stop until the fault is undone; a live drill promotes nobody'
  if (drill.writerStops) return `configuration writes stop until ${successor ?? 'another region'} is promoted`
  return touchesConfirmation(drill)
    ? `configuration writes wait for ${successor ?? 'the other region'}, or stop, until the fault is undone`
    : 'configuration writes go on'
}

/** No lease, no epoch and no promotion joins these regions, so no promise about a single writer concerns them. */
function whatIndependentWritersNotice({ topology, behind, drifts }: CompiledDrill): string {
  const others = Object.keys(topology.regions).filter((region) => !behind.includes(region))
  const each = 'every region writes for itself, in a lineage of its own; nobody is promoted'
  if (drifts) return `${each}; what was changed by hand is made equal to the files`
  if (behind.length === 0) return `${each}; configuration writes go on everywhere`
  return `${each}; ${behind.join(', ')} misses what ${others.join(', ') || 'nobody'} takes meanwhile, and is made equal to the files afterwards`
}

/** The link, or the region that confirms, is among what is touched. */
function touchesConfirmation({ faults, writer }: CompiledDrill): boolean {
  return faults.some(({ fault, plan }) => {
    const { regions, links } = fault.reach(plan)
    return links.length > 0 || regions.some(({ region }) => region !== writer)
  })
}
