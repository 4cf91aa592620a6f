import type { Action, ResourceChange } from '../changes/resource-change.ts'
import { code, codeBlock } from '../markdown/escape.ts'
import { counted, listed } from '../markdown/sentence.ts'
import { placeIn } from '../read/topology-lines.ts'
import type { Review } from '../review.ts'
import type { ReviewInput } from '../review-input.ts'
import type { Commit } from '../snapshot.ts'
import type { Level } from '../verdict.ts'
import { type Section, shown } from './section.ts'

const MARKS: Readonly<Record<Level, string>> = {
  fine: '✅ Fine',
  approval: '🛑 Needs an approval',
  refused: '⛔ Refused',
}

/** What comes of it and why; what was read, and how far that goes. */
export const verdict: Section = {
  title: '',
  lines: (review, most) => {
    const { level, headline, reasons } = review.verdict
    const mark = (it: Exclude<Level, 'fine'>) => (it === 'refused' ? '⛔' : '🛑')
    const listedReasons = reasons.length > 1 ? shown(reasons, most, (it) => `- ${mark(it.level)} ${it.text}`) : []
    return [
      `### ${MARKS[level]}: ${headline}`,
      '',
      ...(listedReasons.length > 0 ? [...listedReasons, ''] : []),
      ...synthesisRefusal(review.input, most),
      readFrom(review),
    ]
  },
}

function synthesisRefusal({ refusal, source }: ReviewInput, most: number): string[] {
  if (!refusal) return []
  if (refusal.problems.length === 0) return ['What synthesis said:', '', codeBlock(refusal.text.trimEnd()), '']
  const line = ({ path, text }: { readonly path: string; readonly text: string }) => {
    const place = placeIn(source, path)
    return `- ${code(path)}${place ? ` (${code(place)})` : ''}: ${code(text.replaceAll(/\s*\n\s*/g, ' '), 300)}`
  }
  return [
    ...shown(refusal.problems, most, line),
    '',
    'Nothing below says what would be applied, since nothing was synthesised.',
    '',
  ]
}

/** What was compared, and how complete that is. */
function readFrom({ input, base, head, changes }: Review): string {
  const sides = `${named(base.label, base.commit)} → ${named(head.label, head.commit)}`
  return `${sides} · ${sourcesOf(input)} · ${countsOf(changes)}`
}

function named(label: string, commit: Commit | null): string {
  const id = commit?.id.slice(0, 9)
  return id && id !== label ? `${code(label)} (${code(id)})` : code(label)
}

function sourcesOf({ plans, offline, head }: ReviewInput): string {
  if (plans.length === 0) return 'read from synthesised stacks alone: what is deployed may differ'
  const versions = [...new Set(plans.flatMap(({ document }) => document.terraform_version ?? []))].sort()
  const times = plans.flatMap(({ document }) => document.timestamp ?? []).sort()
  const made = offline
    ? ', made without an account'
    : times[0]
      ? `, made ${code(times[0])}${times.length > 1 && times.at(-1) !== times[0] ? ` to ${code(times.at(-1) ?? '')}` : ''}`
      : ''
  const complete = plans.every(({ document }) => document.complete !== false && !document.errored)
  const all = head ? ` of ${counted(head.stacks.size, 'stack')}` : ''
  const kind = offline ? 'offline plans' : 'plans'
  return `${plans.length}${all} by ${kind} of Terraform ${versions.map((it) => code(it)).join(', ') || 'of an unknown version'}${made}, ${complete ? 'complete' : '**not complete**'}`
}

const WORDS: readonly (readonly [readonly Action[], string])[] = [
  [['create'], 'to create'],
  [['update'], 'to update'],
  [['replace', 'replace-before-destroy'], 'to replace'],
  [['delete'], 'to destroy'],
  [['move'], 'to move'],
  [['import'], 'to import'],
  [['forget'], 'to forget'],
]

function countsOf(changes: readonly ResourceChange[]): string {
  const counts = WORDS.flatMap(([actions, word]) => {
    const count = changes.filter(({ action }) => actions.includes(action)).length
    return count > 0 ? [`${count} ${word}`] : []
  })
  return counts.length > 0 ? listed(counts) : 'no resource changes'
}
