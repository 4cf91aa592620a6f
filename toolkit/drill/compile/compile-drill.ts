import { type Duration, type Percent, percent, recoveryBound, type Topology } from '../../../topology/index.ts'
import type { Place } from '../../local/local-topology.ts'
import type { Fault, FaultPlan, ReportProblem } from '../faults/fault-interface.ts'
import { FAULTS } from '../faults/index.ts'
import { denialsOf } from '../live/denials.ts'
import type { DrillSpec, ProofDemand } from '../spec/drill-spec.ts'
import type { ProblemList } from '../spec/problem-list.ts'

export interface CompiledFault {
  readonly fault: Fault
  readonly plan: FaultPlan
  readonly lease: Duration
  readonly prove: ProofDemand
}

/** Every objective with its value: the drill's own, or else the topology's. */
export interface CompiledObjectives {
  readonly detect: Duration
  readonly rto: Duration
  readonly rpo: { readonly revisions: number }
  /** Null: not promised. */
  readonly loss: Percent | null
  /** Null: not promised. */
  readonly budget: Percent | null
}

/** A drill bound to one topology, with every target resolved. Nothing in it is looked up again while it runs. */
export interface CompiledDrill {
  readonly spec: DrillSpec
  readonly topology: Topology
  /** Content hash the drill is pinned to. */
  readonly topologyHash: string
  readonly faults: readonly CompiledFault[]
  readonly objectives: CompiledObjectives
  /** Against what is deployed, seen and touched from outside. */
  readonly live: boolean
  /** Every region writes for itself, in a lineage of its own: the topology is active-active. */
  readonly independent: boolean
  /** Where configuration is written before the fault; of independent regions the first. */
  readonly writer: string
  /** The region that each vantage point is answered with while all is well. */
  readonly homes: Readonly<Record<string, string>>
  /** Regions whose data plane no fault reaches. */
  readonly survivors: readonly string[]
  /** Regions that somebody is answered with and whose health check a fault makes fail. */
  readonly leaving: readonly string[]
  /** There is such a region, so answers must move. */
  readonly answersMove: boolean
  /** A fault stops the writer, so an operator must fail over. */
  readonly writerStops: boolean
  /** Of independent regions: those that take no configuration while the fault lasts. */
  readonly behind: readonly string[]
  /** A fault changes one of the independent regions behind the backs of the others. */
  readonly drifts: boolean
  /** A fault makes calls fail until an operator takes it back. */
  readonly callsFail: boolean
}

/**
 * Binds a drill to a topology. Everything that contradicts it is added to `problems`; the result may be used only when
 * none were.
 */
export function compileDrill(
  spec: DrillSpec,
  topology: Topology,
  topologyHash: string,
  problems: ProblemList,
): CompiledDrill {
  const regions = Object.keys(topology.regions)
  const faults = compileFaults(spec, topology, problems)
  const writer = regions.find((name) => topology.regions[name]!.role === 'primary') ?? regions[0] ?? ''
  const independent = topology.mode === 'active-active'
  const survivors = regions.filter((region) => !faults.some(({ fault, plan }) => fault.failsHealthCheck(plan, region)))
  const stopped = regions.filter((region) => faults.some(({ fault, plan }) => fault.stopsWriter(plan, region)))
  const homes = homesOf(spec, topology, writer)
  const leaving = regions.filter((region) => Object.values(homes).includes(region) && !survivors.includes(region))
  const drill: CompiledDrill = {
    spec,
    topology,
    topologyHash,
    faults,
    objectives: {
      detect: spec.objectives.detect ?? topology.objectives.detect,
      rto: spec.objectives.rto ?? topology.objectives.rto,
      rpo: spec.objectives.rpo ?? topology.objectives.rpo,
      loss: spec.objectives.loss ?? null,
      budget: spec.objectives.budget ?? null,
    },
    live: spec.mode === 'live',
    independent,
    writer,
    homes,
    survivors,
    leaving,
    answersMove: leaving.length > 0,
    writerStops: !independent && stopped.includes(writer),
    behind: independent ? stopped : [],
    drifts: faults.some(({ fault, plan }) => fault.drifts?.(plan) === true),
    callsFail: faults.some(({ fault, plan }) => fault.failsCalls?.(plan) === true),
  }
  checkTopology(drill, problems)
  checkObjectives(drill, problems)
  checkConditions(drill, problems)
  if (drill.live) checkLive(drill, problems)
  return drill
}

/** What vantage points are answered with before the fault, of those that have to leave it. */
export function answersToLeave({ homes, leaving }: Pick<CompiledDrill, 'homes' | 'leaving'>): Record<string, string> {
  return Object.fromEntries(Object.entries(homes).filter(([, region]) => leaving.includes(region)))
}

/** With a policy that asks where callers are, each vantage point is nearest to one of the regions. */
function homesOf({ traffic }: DrillSpec, { gslb, regions }: Topology, writer: string): Record<string, string> {
  const names = Object.keys(regions)
  const usual = (vantage: string, index: number) =>
    gslb.policy === 'failover' ? writer : (traffic.near[vantage] ?? names[index % names.length] ?? '')
  return Object.fromEntries(traffic.vantages.map((vantage, index) => [vantage, usual(vantage, index)]))
}

function compileFaults(spec: DrillSpec, topology: Topology, problems: ProblemList): CompiledFault[] {
  const regions = Object.keys(topology.regions)
  return spec.fault.flatMap(({ entry, name, at, lease, prove }) => {
    const fault = FAULTS[name]!
    const report: ReportProblem = (field, received, change) => {
      const steps = field
        .split(/[.[\]]+/)
        .filter(Boolean)
        .map((step) => (/^\d+$/.test(step) ? Number(step) : step))
      problems.add(['fault', at, ...steps], received, change)
    }
    const plan = fault.read(entry, regions, report)
    if (plan !== undefined) {
      fault.refuse?.(plan, topology, report)
      if (topology.mode === 'active-active') refuseLinks(fault, plan, report)
    }
    return plan === undefined || prove === undefined ? [] : [{ fault, plan, lease, prove }]
  })
}

/** Nothing of the gateway passes between regions that write for themselves, so nothing there can be cut or slowed. */
function refuseLinks(fault: Fault, plan: FaultPlan, report: ReportProblem): void {
  const [between] = fault.reach(plan).links.filter(([one, other]) => regionOf(one) !== regionOf(other))
  if (between === undefined) return
  const change = 'touches what passes between regions, and nothing does between those of an active-active topology'
  report(fault.name, between, `${change}; to keep an operator from one of them: operator-cut-off`)
}

function regionOf(place: Place): string {
  return place.split('/')[0]!
}

function checkTopology({ spec, topology, faults, survivors, drifts }: CompiledDrill, problems: ProblemList): void {
  if (topology.gslb.policy === 'weighted') {
    problems.add(
      ['topology'],
      topology.name,
      'answers by chance (policy weighted), so nobody can say whom a fault concerns',
    )
  }
  for (const [vantage, region] of Object.entries(spec.traffic.near)) {
    if (region in topology.regions) continue
    const known = Object.keys(topology.regions).join(', ')
    problems.add(['traffic', 'near', vantage], region, `is no region of the topology; it has ${known}`)
  }
  if (topology.mode === 'active-passive') {
    if (drifts)
      problems.add(['fault'], undefined, 'drift needs regions that write for themselves: an active-active topology')
    for (const { kind, at, text } of spec.expect) {
      if (kind !== 'drift-found' && kind !== 'drift-healed') continue
      problems.add(['expect', at], text, 'needs an active-active topology; a standby follows its writer by itself')
    }
  }
  if (faults.length > 0 && survivors.length === 0) {
    problems.add(['fault'], undefined, 'would leave no region to answer; spare the data plane of one')
  }
}

/** What is deployed is seen through Route 53, from one place, and touched through network ACLs. */
function checkLive({ topology, faults, spec }: CompiledDrill, problems: ProblemList): void {
  const { provider, policy } = topology.gslb
  if (provider !== 'route53') {
    problems.add(['topology'], topology.name, `is balanced by ${provider}; a live drill reads the records of Route 53`)
  } else if (policy !== 'failover') {
    const change = `answers by ${policy}, so that a live drill, which asks from one place, sees one region's callers alone`
    problems.add(['topology'], topology.name, change)
  }
  for (const [index, { fault, plan }] of faults.entries()) {
    const denials = denialsOf(plan, topology)
    if (!('instead' in denials)) continue
    const at = spec.fault[index]?.at ?? index
    problems.add(['fault', at, fault.name], undefined, `cannot be done live: ${denials.instead}`)
  }
}

/** A drill may promise more than its topology, never less, and never more than arithmetic allows. */
function checkObjectives({ spec, topology, answersMove }: CompiledDrill, problems: ProblemList): void {
  const { detect, rto, rpo } = spec.objectives
  const bound = recoveryBound(topology)
  for (const [name, own, promised, reachable] of [
    ['detect', detect, topology.objectives.detect, bound.detection],
    ['rto', rto, topology.objectives.rto, bound.total],
  ] as const) {
    if (own === undefined) continue
    if (own.milliseconds > promised.milliseconds) {
      const change = `is more than topology ${topology.name} promises (${promised}); promise at most that, or leave it out`
      problems.add(['objectives', name], own, change)
    }
    if (answersMove && own.milliseconds < reachable.milliseconds) {
      const change = `cannot be promised: ${bound.arithmetic}${name === 'detect' ? `, of which detection ${reachable}` : ''}`
      problems.add(['objectives', name], own, change)
    }
  }
  if (rpo !== undefined && rpo.revisions > topology.objectives.rpo.revisions) {
    const change = `is more than topology ${topology.name} promises (${topology.objectives.rpo.revisions})`
    problems.add(['objectives', 'rpo', 'revisions'], rpo.revisions, change)
  }
}

function checkConditions({ spec, topology, survivors }: CompiledDrill, problems: ProblemList): void {
  for (const expectation of spec.expect) {
    if (expectation.kind !== 'share-zero' || expectation.region in topology.regions) continue
    const known = Object.keys(topology.regions).join(', ')
    problems.add(['expect', expectation.at], expectation.text, `names no region of the topology; it has ${known}`)
  }
  const headroom = headroomOf(topology, survivors)
  for (const condition of spec.ready) {
    if (condition.kind !== 'headroom' || headroom.value >= condition.atLeast.value) continue
    const change = `the warm capacity of ${survivors.join(', ') || 'no survivor'} leaves ${headroom} over the peak; raise dataPlane.instances`
    problems.add(['ready', condition.at], condition.text, change)
  }
}

/** Warm capacity ÷ peak − 1 of the regions that are left, in whole percent, rounded down; 0 % when they fall short. */
export function headroomOf(topology: Topology, survivors: readonly string[]): Percent {
  const warm = survivors.reduce((sum, name) => {
    const { instances, each } = topology.regions[name]!.dataPlane
    return sum + instances * each.value
  }, 0)
  return percent(Math.max(0, Math.floor((warm / topology.peak.value - 1) * 100)))
}
