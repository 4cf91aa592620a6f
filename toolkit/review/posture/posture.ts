import { type Duration, recoveryBound, type Topology } from '../../../topology/index.ts'
import { answersByDns } from '../../../topology/recovery-bound.ts'
import type { DescribedTopology } from '../snapshot.ts'
import { losable, quorum, worstLoss } from './capacity.ts'
import { type DrillRecord, latestDrill } from './proof.ts'

/** One figure of the promised recovery. */
export interface PostureRow {
  readonly topology: string
  /** Permanent, for programs. */
  readonly id: string
  readonly what: string
  /** `none` where there was no topology, or is none any more. */
  readonly before: string
  readonly after: string
  readonly objective: string
  /** What was promised before, where that was something else. */
  readonly objectiveBefore: string | null
  /** How `after` comes about. */
  readonly arithmetic: string | null
  readonly change: 'better' | 'worse' | 'same' | 'new' | 'gone'
  /** `after` misses the objective. */
  readonly fails: boolean
  /** Properties of the topology that it follows from. */
  readonly paths: readonly string[]
}

/** A figure of one side. */
interface Figure {
  readonly text: string
  /** To compare by; less is better. */
  readonly cost: number
  readonly arithmetic?: string
}

interface Measure {
  readonly id: string
  readonly what: string
  readonly paths: readonly string[]
  readonly of: (topology: Topology, hash: string) => Figure | undefined
  /** What the description promises; a figure costs at most so much. */
  readonly objective: (topology: Topology) => Figure | undefined
  /** Its objective follows from others, and says nothing new when they change. @default false */
  readonly derived?: boolean
}

const GSLB_PATHS = ['gslb.health.interval', 'gslb.health.threshold', 'gslb.ttl', 'gslb.clientTail', 'gslb.provider']

const MEASURES: readonly Measure[] = [
  {
    id: 'rto-bound',
    what: 'RTO bound',
    paths: GSLB_PATHS,
    of: (topology) => {
      const { total, arithmetic } = recoveryBound(topology)
      return { ...duration(total), arithmetic }
    },
    objective: ({ objectives }) => duration(objectives.rto),
  },
  {
    id: 'detection-bound',
    what: 'Detection bound',
    paths: ['gslb.health.interval', 'gslb.health.threshold', 'gslb.provider'],
    of: (topology) => {
      const { detection, detectionArithmetic } = recoveryBound(topology)
      return { ...duration(detection), arithmetic: detectionArithmetic }
    },
    objective: ({ objectives }) => duration(objectives.detect),
  },
  {
    id: 'rpo-bound',
    what: 'RPO bound',
    paths: ['database.commit', 'database.replication', 'database.maxLag'],
    of: ({ database }) => {
      if (database.commit === 'confirmed') return { text: '0 revisions', cost: 0 }
      if (database.replication === 'none') return { text: 'what a lost region wrote last', cost: Number.MAX_VALUE }
      return {
        text: `as replication lags; alarm at ${database.maxLag}`,
        cost: 1_000_000 + database.maxLag.milliseconds,
      }
    },
    objective: ({ mode, database, objectives: { rpo } }) => {
      const text = `${rpo.revisions} ${rpo.revisions === 1 ? 'revision' : 'revisions'}`
      // Where nothing is replicated by a database, files bring every region to the same state again.
      const cost = mode === 'active-active' || database.commit === 'local' ? Number.MAX_VALUE : rpo.revisions
      return { text, cost }
    },
  },
  {
    id: 'regions-that-may-be-lost',
    what: 'Places that may be lost',
    paths: ['regions', 'peak', 'objectives.headroom'],
    of: (topology) => {
      const { count, of } = losable(topology)
      return { text: `${count} of ${of}`, cost: -count }
    },
    objective: () => ({ text: '1 or more', cost: -1 }),
  },
  {
    id: 'quorum-margin',
    what: 'Copies of an acknowledged write that may be lost',
    paths: ['database.commit', 'database.replication', 'regions'],
    of: (topology) => {
      const { copies, margin } = quorum(topology)
      return { text: `${margin} of ${copies}`, cost: -margin }
    },
    objective: ({ mode, database }) => {
      return mode === 'active-passive' && database.commit === 'confirmed' ? { text: '1 or more', cost: -1 } : undefined
    },
  },
  {
    id: 'warm-capacity',
    what: 'Warm capacity left ÷ peak, at the worst loss',
    paths: ['peak', 'objectives.headroom'],
    of: (topology) => {
      const worst = worstLoss(topology)
      if (!worst) return { text: '0 %', cost: 0, arithmetic: 'there is one place only' }
      const { lost, warm, ratio } = worst
      const arithmetic = `without ${lost}: ${warm}/s warm ÷ ${topology.peak} = ${percent(ratio)}`
      return { text: percent(ratio), cost: -ratio, arithmetic }
    },
    objective: ({ objectives }) => {
      const least = 1 + objectives.headroom.fraction
      return { text: `${percent(least)} or more`, cost: -least }
    },
  },
  {
    id: 'ttl',
    derived: true,
    what: 'TTL of answers',
    paths: ['gslb.ttl'],
    of: ({ gslb }) => (answersByDns(gslb) ? duration(gslb.ttl) : { text: 'none: addresses stay', cost: 0 }),
    objective: ({ objectives, gslb }) => {
      const { detection } = recoveryBound({ gslb })
      const left = objectives.rto.milliseconds - detection.milliseconds - gslb.clientTail.milliseconds
      return left > 0 && answersByDns(gslb) ? { text: `${left / 1_000} s (for the RTO)`, cost: left } : undefined
    },
  },
]

/** Before, after and promised: of every topology on either side, every figure. */
export function postureOf(
  before: ReadonlyMap<string, DescribedTopology>,
  after: ReadonlyMap<string, DescribedTopology>,
  drills: readonly DrillRecord[],
  at: string | null,
): PostureRow[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort()
  return names.flatMap((name) => {
    const [from, to] = [before.get(name), after.get(name)]
    return [...MEASURES.map((measure) => rowOf(name, measure, from, to)), drillRow(name, from, to, drills, at)]
  })
}

function rowOf(
  topology: string,
  { id, what, paths, of, objective, derived }: Measure,
  from: DescribedTopology | undefined,
  to: DescribedTopology | undefined,
): PostureRow {
  const before = from && of(from.topology, from.hash)
  const after = to && of(to.topology, to.hash)
  const promised = to && objective(to.topology)
  const earlier = from && to && !derived ? objective(from.topology) : undefined
  return {
    topology,
    id,
    what,
    before: before?.text ?? 'none',
    after: after?.text ?? 'none',
    objective: promised?.text ?? 'none',
    objectiveBefore: earlier && earlier.text !== promised?.text ? earlier.text : null,
    arithmetic: after?.arithmetic ?? null,
    change: changeOf(before, after),
    fails: promised !== undefined && after !== undefined && after.cost > promised.cost + 1e-9,
    paths,
  }
}

function drillRow(
  topology: string,
  from: DescribedTopology | undefined,
  to: DescribedTopology | undefined,
  drills: readonly DrillRecord[],
  at: string | null,
): PostureRow {
  const [before, after] = [from, to].map((it) => (it ? latestDrill(it.hash, drills) : undefined))
  return {
    topology,
    id: 'last-drill',
    what: 'Last drill of this very topology',
    before: from ? drillText(before, at) : 'none',
    after: to ? drillText(after, at) : 'none',
    objective: 'PASS',
    objectiveBefore: null,
    arithmetic: null,
    change: from && to && from.hash === to.hash ? 'same' : changeOf(costOfDrill(from, before), costOfDrill(to, after)),
    fails: after !== undefined && after.verdict !== 'PASS',
    paths: [],
  }
}

function costOfDrill(side: DescribedTopology | undefined, drill: DrillRecord | undefined): Figure | undefined {
  return side && { text: '', cost: drill?.verdict === 'PASS' ? 0 : 1 }
}

function drillText(drill: DrillRecord | undefined, at: string | null): string {
  if (!drill) return 'never'
  const age = at === null ? '' : `, ${daysBetween(drill.started, at)}`
  return `${drill.verdict}${age}`
}

/** Whole days from one moment to another, in words. */
export function daysBetween(from: string, to: string): string {
  const days = Math.floor((Date.parse(to) - Date.parse(from)) / 86_400_000)
  if (!Number.isFinite(days)) return 'at an unknown time'
  if (days <= 0) return 'the same day'
  return days === 1 ? '1 day before' : `${days} days before`
}

function changeOf(before: Figure | undefined, after: Figure | undefined): PostureRow['change'] {
  if (!before || !after) return before ? 'gone' : 'new'
  if (before.cost === after.cost) return 'same'
  return after.cost > before.cost ? 'worse' : 'better'
}

function duration(value: Duration): Figure {
  return { text: `${value}`, cost: value.milliseconds }
}

function percent(ratio: number): string {
  return `${Math.round(ratio * 1_000) / 10} %`
}
