import { destroys, keyOf, type ResourceChange } from '../changes/resource-change.ts'
import { gradeOf } from '../danger/consequences.ts'
import { code, mermaidLabel } from '../markdown/escape.ts'
import { counted } from '../markdown/sentence.ts'
import type { Review } from '../review.ts'
import { GLOBAL } from '../snapshot.ts'
import { folded, type Section } from './section.ts'

const MOST_NODES = 25
const MARKS = { changed: '~', cut: '−', new: '+', near: '' } as const

/** One stack in the picture. */
interface Box {
  readonly stack: string
  readonly region: string
  readonly layer: string
  readonly state: keyof typeof MARKS
  readonly says: string
}

/** Changed stacks and those right beside them, by region, with the same as a list for those who cannot see it. */
export const diagram: Section = {
  title: 'Picture',
  lines: (review) => {
    const boxes = boxesOf(review)
    const changed = boxes.filter(({ state }) => state !== 'near')
    if (changed.length === 0) return ['Nothing to picture.']
    const kept = boxes.slice(0, MOST_NODES)
    const arrows = arrowsBetween(review, kept)
    const list = kept
      .filter(({ state }) => state !== 'near')
      .map((box) => {
        const beside = arrows
          .filter(({ from, to }) => from === box.stack || to === box.stack)
          .map(({ from, to }) => (from === box.stack ? to : from))
        const near = [...new Set(beside)].sort().slice(0, 6)
        return `- ${code(box.stack)} (${box.region}): ${box.says}${near.length > 0 ? `; beside ${near.map((it) => code(it)).join(', ')}` : ''}`
      })
    const left = boxes.length - kept.length
    return folded(
      `${counted(changed.length, 'changed stack')} and what is beside ${changed.length === 1 ? 'it' : 'them'}`,
      [
        '```mermaid',
        'flowchart LR',
        ...frames(kept),
        ...arrows.map(({ from, to }) => `  ${identifier(kept, from)} --> ${identifier(kept, to)}`),
        '  classDef changed stroke:#9a6700,stroke-width:2px',
        '  classDef cut stroke:#cf222e,stroke-width:3px',
        '  classDef new stroke:#1a7f37,stroke-width:2px',
        '```',
        '',
        ...list,
        ...(left > 0 ? [`- … and ${left} more stacks that are not pictured`] : []),
      ],
    )
  },
}

function boxesOf({ changes, head, base, dependencies }: Review): Box[] {
  const byStack = Map.groupBy(changes, ({ stack }) => stack)
  const changed = [...byStack].map(([stack, own]): Box => {
    const place = head.stacks.get(stack) ?? base.stacks.get(stack)
    return {
      stack,
      region: place?.region ?? own[0]?.region ?? GLOBAL,
      layer: place?.layer ?? stack,
      state: stateOf(own, base.stacks.has(stack)),
      says: saysOf(own),
    }
  })
  const near = new Set<string>()
  for (const change of changes) {
    const key = keyOf(change)
    for (const other of [...(dependencies.dependents.get(key) ?? []), ...(dependencies.needs.get(key) ?? [])]) {
      const stack = dependencies.nodes.get(other)?.stack
      if (stack && !byStack.has(stack)) near.add(stack)
    }
  }
  const beside = [...near].sort().map((stack): Box => {
    const place = head.stacks.get(stack) ?? base.stacks.get(stack)
    return { stack, region: place?.region ?? GLOBAL, layer: place?.layer ?? stack, state: 'near', says: '' }
  })
  const order = ['cut', 'changed', 'new'] as const
  return [
    ...changed.sort(
      (a, b) => order.indexOf(a.state as 'cut') - order.indexOf(b.state as 'cut') || (a.stack < b.stack ? -1 : 1),
    ),
    ...beside,
  ]
}

function stateOf(changes: readonly ResourceChange[], known: boolean): Box['state'] {
  if (changes.some((change) => destroys(change) && ['data', 'cut'].includes(gradeOf(change)))) return 'cut'
  return known ? 'changed' : 'new'
}

function saysOf(changes: readonly ResourceChange[]): string {
  const count = (test: (change: ResourceChange) => boolean) => changes.filter(test).length
  const parts = [
    [count(({ action }) => action === 'create'), '+'],
    [count(({ action }) => action === 'update'), '~'],
    [count((change) => destroys(change) && change.action !== 'delete'), '±'],
    [count(({ action }) => action === 'delete'), '−'],
    [count(({ action }) => action === 'move' || action === 'import' || action === 'forget'), '→'],
  ] as const
  return parts.flatMap(([number, sign]) => (number > 0 ? [`${sign}${number}`] : [])).join(' ')
}

function frames(boxes: readonly Box[]): string[] {
  const regions = [...new Set(boxes.map(({ region }) => region))].sort()
  return regions.flatMap((region, at) => {
    const own = boxes
      .filter((box) => box.region === region)
      .map((box) => {
        const label = [MARKS[box.state], mermaidLabel(box.layer, 40), mermaidLabel(box.says, 30)]
          .filter((it) => it !== '')
          .join(' ')
        return `${identifier(boxes, box.stack)}["${label}"]${box.state === 'near' ? '' : `:::${box.state}`}`
      })
    if (region === GLOBAL) return own.map((line) => `  ${line}`)
    return [`  subgraph r${at}["${mermaidLabel(region)}"]`, ...own.map((line) => `    ${line}`), '  end']
  })
}

function arrowsBetween(
  { dependencies }: Review,
  boxes: readonly Box[],
): { readonly from: string; readonly to: string }[] {
  const state = new Map(boxes.map((box) => [box.stack, box.state]))
  const found = new Map<string, { from: string; to: string }>()
  for (const [to, users] of dependencies.dependents) {
    const target = dependencies.nodes.get(to)?.stack ?? ''
    for (const user of users) {
      const from = dependencies.nodes.get(user)?.stack ?? ''
      const both = state.has(from) && state.has(target) && from !== target
      // Two that only stand beside a change say nothing of it.
      if (both && !(state.get(from) === 'near' && state.get(target) === 'near'))
        found.set(`${from} ${target}`, { from, to: target })
    }
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, arrow]) => arrow)
}

/** Mermaid takes words of its own for names, so stacks are numbered. */
function identifier(boxes: readonly Box[], stack: string): string {
  return `s${boxes.findIndex((box) => box.stack === stack)}`
}
