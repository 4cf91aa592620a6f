import { MASKED } from '../changes/difference.ts'
import type { ResourceChange } from '../changes/resource-change.ts'
import { clipped, codeBlock, shownValue, visible } from '../markdown/escape.ts'
import { counted } from '../markdown/sentence.ts'
import type { Review } from '../review.ts'
import { folded } from './section.ts'

const SIGNS = {
  create: '+',
  update: '~',
  delete: '-',
  replace: '-/+',
  'replace-before-destroy': '+/-',
  move: '→',
  import: '⇐',
  forget: '⇒',
} as const

const LONGEST_VALUE = 100
const MOST_PROPERTIES = 12

/** Every change with its values, as far as there is room; what is left out is counted and linked. */
export function rawPlan({ changes, input }: Review, room: number): string[] {
  if (changes.length === 0) return ['No resource changes.']
  const summary = `All ${counted(changes.length, 'change')}`
  const rest = (left: number) => {
    const where =
      input.link && /^https:\/\/[\w.-]+[^\s()<>"]*$/.test(input.link)
        ? `[the whole plan](${input.link})`
        : 'the JSON twin'
    return left > 0
      ? `${left} of them ${left === 1 ? 'is' : 'are'} not shown here, for there is no more room; all are in ${where}.`
      : ''
  }
  const overhead = folded(summary, [codeBlock(''), '', rest(changes.length)]).join('\n').length + 16
  const lines: string[] = []
  let used = overhead
  let kept = 0
  let stack = ''
  for (const change of changes) {
    const own = [...(change.stack === stack ? [] : [`# ${visible(change.stack)}`]), ...changeLines(change)]
    const size = own.reduce((sum, line) => sum + line.length + 1, 0)
    if (used + size > room) break
    lines.push(...own)
    used += size
    kept += 1
    stack = change.stack
  }
  const left = changes.length - kept
  if (kept === 0) return [rest(left)]
  return folded(summary, [codeBlock(lines.join('\n'), 'diff'), ...(left > 0 ? ['', rest(left)] : [])])
}

/** In a block of code nothing needs to be escaped but line ends, and its fence fits whatever is within. */
function changeLines({ action, address, previousAddress, replacedFor, differences }: ResourceChange): string[] {
  const from = previousAddress ? ` (was ${visible(previousAddress)})` : ''
  const why = replacedFor.length > 0 ? `  # forces replacement: ${replacedFor.map(visible).join(', ')}` : ''
  const properties = action === 'create' || action === 'delete' ? [] : differences
  return [
    `${SIGNS[action]} ${visible(address)}${from}${why}`,
    ...properties.slice(0, MOST_PROPERTIES).map(({ path, before, after }) => {
      return `    ${visible(path)}: ${value(before)} → ${value(after)}`
    }),
    ...(properties.length > MOST_PROPERTIES ? [`    … ${properties.length - MOST_PROPERTIES} more properties`] : []),
  ]
}

function value(it: unknown): string {
  return it === MASKED ? MASKED : clipped(visible(shownValue(it)), LONGEST_VALUE)
}
