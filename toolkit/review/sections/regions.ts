import type { Action, ResourceChange } from '../changes/resource-change.ts'
import type { Wave } from '../changes/waves.ts'
import { consequenceOf } from '../danger/consequences.ts'
import { code } from '../markdown/escape.ts'
import { listed } from '../markdown/sentence.ts'
import { GLOBAL } from '../snapshot.ts'
import { folded, type Section } from './section.ts'

const SIGNS: Readonly<Record<Action, string>> = {
  create: '+',
  update: '~',
  delete: '−',
  replace: '±',
  'replace-before-destroy': '±',
  move: '→',
  import: '⇐',
  forget: '⇒',
}

/** A kind of change, and how often each region has it. */
export interface MatrixRow {
  readonly layer: string
  readonly noun: string
  readonly sign: string
  /** What changes, where resources are updated. */
  readonly arguments: readonly string[]
  readonly counts: ReadonlyMap<string, number>
}

/** Which region gets which change; the odd one is named, and in which order they are applied. */
export const regions: Section = {
  title: 'Regions and waves',
  lines: ({ changes, waves, head, base, input }, most) => {
    if (changes.length === 0) return [input.refusal ? 'Not known: nothing was synthesised.' : 'No region changes.']
    const all = [
      ...new Set([
        ...[...head.stacks.values(), ...base.stacks.values()].map(({ region }) => region),
        ...changes.map(({ region }) => region),
      ]),
    ]
    const columns = all.filter((it) => it !== GLOBAL).sort()
    if (changes.some(({ region }) => region === GLOBAL)) columns.push(GLOBAL)
    const rows = collapsed(matrixOf(changes))
    const isKnown = (region: string) =>
      [base, head].map(({ stacks }) => [...stacks.values()].some((it) => it.region === region))
    const lasting = columns.filter((it) => it !== GLOBAL && isKnown(it).every(Boolean))
    const odd = [
      ...columns
        .filter((it) => it !== GLOBAL && !lasting.includes(it))
        .map((it) => `**${it}** is ${isKnown(it)[0] ? 'given up' : 'new'}.`),
      ...oddRegions(rows, lasting),
    ]
    return [
      `| | ${columns.join(' | ')} |`,
      `|---|${columns.map(() => '---|').join('')}`,
      ...rows.slice(0, most).map((row) => tableRow(row, columns)),
      ...(rows.length > most
        ? [`| … and ${rows.length - most} rows more, in the JSON twin |${columns.map(() => ' |').join('')}`]
        : []),
      ...(odd.length > 0 ? ['', ...odd.slice(0, most)] : []),
      '',
      ...wavesText(waves, most),
    ]
  },
}

export function matrixOf(changes: readonly ResourceChange[]): MatrixRow[] {
  const alike = Map.groupBy(changes, (change) => {
    return [change.layer, consequenceOf(change.type).noun, SIGNS[change.action], argumentsOf(change).join()].join('|')
  })
  return [...alike.values()].map((group) => {
    const [first] = group as [ResourceChange, ...ResourceChange[]]
    const counts = new Map<string, number>()
    for (const { region } of group) counts.set(region, (counts.get(region) ?? 0) + 1)
    return {
      layer: first.layer,
      noun: consequenceOf(first.type).noun,
      sign: SIGNS[first.action],
      arguments: argumentsOf(first),
      counts,
    }
  })
}

/** What is only made or only taken away is one row a layer, where the same regions have it. */
function collapsed(rows: readonly MatrixRow[]): MatrixRow[] {
  const alike = Map.groupBy(rows, (row) => {
    const whole = row.arguments.length === 0
    return whole ? [row.layer, row.sign, ...[...row.counts.keys()].sort()].join('|') : row
  })
  return [...alike.values()].flatMap((group) => {
    const [first] = group
    if (!first || group.length < 3) return group
    const counts = new Map<string, number>()
    for (const row of group)
      for (const [region, count] of row.counts) counts.set(region, (counts.get(region) ?? 0) + count)
    return [{ ...first, noun: `${group.length} kinds of resources`, counts }]
  })
}

const CHANGED_IN_PLACE: ReadonlySet<Action> = new Set<Action>(['update', 'replace', 'replace-before-destroy'])

/** Topmost arguments that differ, of what is updated or replaced. */
function argumentsOf({ action, differences }: ResourceChange): string[] {
  if (!CHANGED_IN_PLACE.has(action)) return []
  return [...new Set(differences.map(({ path }) => (path.split('.')[0] ?? path).replace('[]', '')))].sort()
}

function tableRow({ layer, noun, sign, arguments: changed, counts }: MatrixRow, columns: readonly string[]): string {
  const names = changed.slice(0, 3).map((it) => code(it, 40))
  const which = names.length > 0 ? `: ${names.join(', ')}${changed.length > 3 ? ', …' : ''}` : ''
  const cells = columns.map((region) => {
    const count = counts.get(region)
    return count === undefined ? '·' : count === 1 ? sign : `${sign} ${count}`
  })
  return `| ${code(layer, 40)} ${noun}${which} | ${cells.join(' | ')} |`
}

/** A change that all regions but one have, or that one alone has among three or more. */
function oddRegions(rows: readonly MatrixRow[], columns: readonly string[]): string[] {
  if (columns.length < 2) return []
  const differing = rows.filter(({ counts }) => {
    const here = columns.map((region) => counts.get(region) ?? 0)
    return here.some((it) => it > 0) && new Set(here).size > 1
  })
  const byRegions = Map.groupBy(differing, ({ counts }) => columns.filter((region) => counts.has(region)).join(' '))
  return [...byRegions]
    .filter(([with_]) => with_ !== '')
    .map(([with_, same]) => {
      const having = with_.split(' ')
      const without = columns.filter((region) => !having.includes(region))
      const what =
        same.length === 1 ? `${code(same[0]?.layer ?? '', 40)} ${same[0]?.noun}` : `${same.length} kinds of changes`
      if (without.length === 0) return `Not alike everywhere: ${what}.`
      return having.length === 1
        ? `Only **${having[0]}** has ${what}.`
        : without.length === 1
          ? `All but **${without[0]}** have ${what}.`
          : `${listed(having)} have ${what}; ${listed(without)} do not.`
    })
}

function wavesText(waves: readonly Wave[], most: number): string[] {
  const lines = waves.map(({ region, stacks, refused }, index) => {
    const names = stacks.slice(0, Math.min(most, 8)).map((it) => code(it))
    const more = stacks.length > names.length ? ` and ${stacks.length - names.length} more` : ''
    return `${index + 1}. **${region}**: ${names.join(', ')}${more}${refused ? ` — ⛔ ${refused}` : ''}`
  })
  if (waves.some(({ refused }) => refused) || waves.length <= 2)
    return ['Apply in this order, and wait for health in between:', '', ...lines]
  return folded(`Apply in ${waves.length} waves, and wait for health in between`, lines)
}
