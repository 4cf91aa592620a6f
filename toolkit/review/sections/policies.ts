import { code } from '../markdown/escape.ts'
import { counted } from '../markdown/sentence.ts'
import { type Judged, placeOf } from '../policies/evaluate.ts'
import type { Severity } from '../policies/policy.ts'
import type { Waiver } from '../read/read-waivers.ts'
import { placeIn } from '../read/topology-lines.ts'
import type { Review } from '../review.ts'
import { folded, type Section, shown } from './section.ts'

const MARKS: Readonly<Record<Severity, string>> = { refuse: '⛔', approve: '🛑', note: 'ℹ️' }

/** Rules that are newly broken, those that were already, and those that somebody lets be broken. */
export const policies: Section = {
  title: 'Policies',
  lines: (review, most) => {
    const { judged, input } = review
    const of = (state: Judged['state']) => judged.filter((it) => it.state === state)
    const fresh = [...Map.groupBy(of('new'), ({ policy }) => policy)]
      .sort(([a], [b]) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity))
      .flatMap(([, all]) => groupText(all, review, most))
    const existing = of('existing')
    const waived = of('waived')
    const asked = askedText(input.asked, most)
    const lines = [
      ...fresh,
      ...(existing.length > 0
        ? folded(
            `${counted(existing.length, 'violation')} that the base has already`,
            shown(existing, most, (it) => `- ${violationText(it)}`),
          )
        : []),
      ...(waived.length > 0
        ? folded(
            `${counted(waived.length, 'violation')} waived`,
            shown(waived, most, (it) => `- ${violationText(it)}: ${waiverText(it.waiver)}`),
          )
        : []),
      ...asked,
    ]
    return [
      `${input.policies.length} policies asked, ${fresh.length === 0 ? 'none is newly broken' : `${counted(of('new').length, 'violation')} new`}.`,
      ...(lines.length > 0 ? ['', ...lines] : []),
    ]
  },
}

const ORDER: readonly Severity[] = ['refuse', 'approve', 'note']

function groupText(all: readonly Judged[], { input }: Review, most: number): string[] {
  const [first] = all
  if (!first) return []
  const { policy } = first
  const places = shown(all, Math.min(most, 5), (it) => {
    const { violation, expired } = it
    const place = violation.path === undefined ? null : placeIn(input.source, violation.path)
    const late = expired ? ` (a waiver of ${code(expired.owner)} expired on ${code(expired.expires)})` : ''
    return `  - ${violation.region} ${code(placeOf(violation), 120)}${place ? ` in ${code(place)}` : ''}: ${code(violation.message, 240)}${late}`
  }).map((line) => (line.startsWith('- …') ? `  ${line}` : line))
  return [
    `- ${MARKS[policy.severity]} **${code(policy.id)}** ${plain(policy.reason)} *Fix:* ${plain(policy.fix)}`,
    ...places,
  ]
}

/** Reasons and fixes are written by the owners of the repository; marks of Markdown in them are not meant. */
function plain(text: string): string {
  return text.replaceAll(/[\\`*[\]<>|@#]/g, (it) => (it === '@' ? '@\u200b' : `\\${it}`)).replaceAll(/\s+/g, ' ')
}

function violationText({ policy, violation }: Judged): string {
  return `${MARKS[policy.severity]} ${code(policy.id)} ${violation.region} ${code(placeOf(violation), 120)}: ${code(violation.message, 160)}`
}

function waiverText(waiver: Waiver | null): string {
  return waiver ? `${code(waiver.reason, 160)}, ${code(waiver.owner)}, until ${code(waiver.expires)}` : ''
}

function askedText({ waivers, policies: changed }: Review['input']['asked'], most: number): string[] {
  return [
    ...shown(
      waivers,
      most,
      (it) =>
        `- A waiver of ${code(it.policy)} is asked for: ${waiverText(it)}. It counts once it is merged: a pull request grants itself none.`,
    ),
    ...(changed.length > 0
      ? [
          `- This pull request changes ${counted(changed.length, 'policy')} (${changed
            .slice(0, 5)
            .map((it) => code(it))
            .join(', ')}). The base’s are asked here; the new ones count once they are merged.`,
        ]
      : []),
  ]
}
