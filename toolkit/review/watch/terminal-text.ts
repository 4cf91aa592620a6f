import { placeIn } from '../read/topology-lines.ts'
import type { Review } from '../review.ts'
import { dangerText } from '../sections/danger.ts'
import { postureLines } from '../sections/recovery.ts'

const MARKS = { fine: '✔ fine', approval: '■ needs an approval', refused: '✖ refused' } as const
const MOST = 12

/** The verdict and what it follows from, for those who look at it while they write. */
export function terminalText(review: Review): string {
  const { verdict, input, dangers } = review
  const problems = (input.refusal?.problems ?? []).map(({ path, text }) => {
    const place = placeIn(input.source, path)
    return `${place ? `${place}  ` : ''}${path}: ${text.replaceAll(/\s*\n\s*/g, ' ')}`
  })
  const said = input.refusal && problems.length === 0 ? input.refusal.text.split('\n') : []
  const grave = dangers.filter(({ grade }) => grade === 'data' || grade === 'cut').map((it) => bare(dangerText(it)))
  const lines = [
    ...verdict.reasons.map(({ text }) => bare(text)),
    ...problems,
    ...said,
    ...postureLines(review),
    ...grave,
  ]
  const shown = lines.slice(0, MOST).map((line) => `  ${line}`)
  const left = lines.length > MOST ? [`  … and ${lines.length - MOST} lines more: leave --watch out`] : []
  const head = `${MARKS[verdict.level]}: ${bare(verdict.headline)}`
  return [head, ...(verdict.reasons.length === 1 ? shown.slice(1) : shown), ...left].join('\n')
}

/** Without the marks of Markdown. */
function bare(text: string): string {
  return text
    .replaceAll('**', '')
    .replaceAll(/`+ ?([^`]*?) ?`+/g, '$1')
    .replaceAll(/<\/?sub>/g, '')
    .replaceAll('\\|', '|')
}
