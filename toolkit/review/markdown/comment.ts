import type { Review } from '../review.ts'
import { callers } from '../sections/callers.ts'
import { danger } from '../sections/danger.ts'
import { diagram } from '../sections/diagram.ts'
import { drift } from '../sections/drift.ts'
import { policies } from '../sections/policies.ts'
import { proof } from '../sections/proof.ts'
import { rawPlan } from '../sections/raw-plan.ts'
import { recovery } from '../sections/recovery.ts'
import { regions } from '../sections/regions.ts'
import type { Section } from '../sections/section.ts'
import { undo } from '../sections/undo.ts'
import { verdict } from '../sections/verdict.ts'

/** GitHub takes 65 536, people far less. */
export const LONGEST_COMMENT = 20_000

/** By which the comment is found again, to be written anew. */
export const MARKER = '<!-- antipode-review -->'

/** The parts of the page, in their order. */
const SECTIONS: readonly Section[] = [
  verdict,
  recovery,
  danger,
  regions,
  callers,
  diagram,
  policies,
  drift,
  proof,
  undo,
]

/** How many items of a list are shown, from all to hardly any. */
const STEPS = [40, 20, 10, 5, 3, 1]
/** The raw plan has what is left, and this at least. */
const ROOM_FOR_PLAN = 1_200

/** The comment: every part in order, at most 20 000 characters; what does not fit is counted and linked. */
export function commentOf(review: Review): string {
  const [first] = STEPS.map((most) => partsOf(review, most)).filter(
    (text) => text.length <= LONGEST_COMMENT - ROOM_FOR_PLAN,
  )
  const text = first ?? withoutPicture(review)
  const plan = [`#### Plan`, '', ...rawPlan(review, LONGEST_COMMENT - text.length - 64)].join('\n')
  return `${text}\n${plan}\n`
}

function partsOf(review: Review, most: number, sections = SECTIONS): string {
  const parts = sections.map(({ title, lines }) => {
    const written = lines(review, most)
    return [...(title === '' ? [] : [`#### ${title}`, '']), ...written, ''].join('\n')
  })
  return [MARKER, ...parts].join('\n').replaceAll(/\n{3,}/g, '\n\n')
}

/** Where even single items are too much, pictures and details go: the verdict, and what is dangerous, stay. */
function withoutPicture(review: Review): string {
  const short = partsOf(
    review,
    1,
    SECTIONS.filter((section) => section !== diagram),
  )
  if (short.length <= LONGEST_COMMENT - ROOM_FOR_PLAN) return short
  const least = partsOf(review, 1, [verdict, danger])
  const note = 'The other parts have no room here; they are in the JSON twin.\n'
  return `${least.slice(0, LONGEST_COMMENT - ROOM_FOR_PLAN - note.length - 2)}\n${note}`
}
