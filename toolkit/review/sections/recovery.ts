import { code, shownValue } from '../markdown/escape.ts'
import type { PostureRow } from '../posture/posture.ts'
import type { TopologyChange } from '../posture/topology-change.ts'
import type { Review } from '../review.ts'
import { type Section, shown } from './section.ts'

/** What the change does to the promised recovery: rows that changed, or that miss their objective. */
export const recovery: Section = {
  title: 'Recovery',
  lines: ({ posture, topologyChanges, head, base, input }, most) => {
    if (input.refusal && head.topologies.size === 0) return ['Not known: nothing was synthesised.']
    if (posture.length === 0) {
      return ['No stack puts out the topology that it was made from, so nothing can be said of recovery.']
    }
    const rows = posture.filter(
      ({ change, fails, objectiveBefore }) => change !== 'same' || fails || objectiveBefore !== null,
    )
    const several = new Set(posture.map(({ topology }) => topology)).size > 1
    if (rows.length === 0) return [unchanged(posture, several)]
    const title = several ? '| topology | |' : '| |'
    const width = several ? '|---|---|' : '|---|'
    const promised = new Map([...head.topologies].map(([name]) => [name, base.topologies.get(name)?.hash]))
    const reasons = rows.flatMap((row) => reasonOf(row, topologyChanges))
    return [
      `${title} before | after | objective | |`,
      `${width}---|---|---|---|`,
      ...rows.map((row) => tableRow(row, several && promised.size > 0)),
      ...(reasons.length > 0 ? ['', ...shown([...new Set(reasons)], most, (it) => it)] : []),
    ]
  },
}

function unchanged(posture: readonly PostureRow[], several: boolean): string {
  const bounds = posture
    .filter(({ id }) => id === 'rto-bound')
    .map(({ topology, after, objective }) => {
      return `${several ? `${code(topology)}: ` : ''}RTO bound ${after} of ${objective}`
    })
  return `Nothing of it changes, and every objective is met (${bounds.join('; ')}).`
}

function tableRow(row: PostureRow, several: boolean): string {
  const { topology, what, before, after, objective, objectiveBefore, change, fails } = row
  const promised = objectiveBefore === null ? objective : `${objectiveBefore} → ${objective}`
  const mark = fails ? '✗' : { better: '✓ better', worse: '✓ worse', same: '✓', new: '✓', gone: '' }[change]
  return `|${several ? ` ${code(topology)} |` : ''} ${what} | ${before} | ${after} | ${promised} | ${mark} |`
}

/** The arithmetic, and the properties that moved it. */
function reasonOf(row: PostureRow, changes: readonly TopologyChange[]): string[] {
  const causes = changes.filter(({ topology, origin }) => {
    return (
      topology === row.topology && row.paths.some((path) => origin.path === path || origin.path.startsWith(`${path}.`))
    )
  })
  const written = causes.slice(0, 4).map((it) => causeText(it))
  const more = causes.length > 4 ? [`${causes.length - 4} more`] : []
  const because = written.length > 0 ? ` (${[...written, ...more].join('; ')})` : ''
  if (!row.arithmetic && because === '') return []
  return [`- ${row.what}: ${row.arithmetic ?? row.after}${because}`]
}

export function causeText({ origin, before, after }: TopologyChange): string {
  const place = origin.file ? ` in ${code(origin.line === null ? origin.file : `${origin.file}:${origin.line}`)}` : ''
  return `${code(origin.path)}${place} ${code(shownValue(before), 40)} → ${code(shownValue(after), 40)}`
}

/** Rows that changed or miss their objective, for a terminal. */
export function postureLines({ posture }: Review): string[] {
  return posture
    .filter(({ id, change, fails }) => id !== 'last-drill' && (change === 'worse' || change === 'better' || fails))
    .map(
      ({ what, before, after, objective, fails }) =>
        `${what} ${before} → ${after} (objective ${objective}${fails ? ' ✗' : ''})`,
    )
}
