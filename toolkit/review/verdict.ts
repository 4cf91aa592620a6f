import { destroys, isReplaced } from './changes/resource-change.ts'
import type { Grade } from './danger/consequence.ts'
import { consequenceOf, gradeOf } from './danger/consequences.ts'
import { weightOf } from './danger/danger.ts'
import { code } from './markdown/escape.ts'
import { counted, listed } from './markdown/sentence.ts'
import type { Review } from './review.ts'

/** `fine`: exit 0; `approval`: exit 2; `refused`: exit 3. */
export type Level = 'fine' | 'approval' | 'refused'

export const EXITS: Readonly<Record<Level, 0 | 2 | 3>> = { fine: 0, approval: 2, refused: 3 }

/** One thing that keeps a pull request from being merged as it is. Markdown, with what is untrusted escaped. */
export interface Reason {
  readonly level: Exclude<Level, 'fine'>
  /** Permanent, for programs. */
  readonly id: string
  readonly text: string
}

export interface Verdict {
  readonly level: Level
  /** What matters most, in a few words. */
  readonly headline: string
  /** Refusals first, then what needs an approval. */
  readonly reasons: readonly Reason[]
}

type Found = Omit<Review, 'verdict'>

/** Far more than a change usually takes away. */
const MANY = 100

/** What of a pull request needs an approval, or must not be: the first reason is the headline. */
export function verdictOf(found: Found): Verdict {
  const reasons = [
    ...incomplete(found),
    ...missedObjectives(found),
    ...unsynthesised(found),
    ...failures(found),
    ...badWaves(found),
    ...abandonedStacks(found),
    ...masses(found),
    ...losses(found, 'data'),
    ...policies(found),
    ...losses(found, 'cut'),
    ...surprises(found),
    ...failedDrill(found),
    ...looserObjectives(found),
    ...worsePosture(found),
    ...missingPlans(found),
    ...drifted(found),
  ]
  const ordered = [
    ...reasons.filter(({ level }) => level === 'refused'),
    ...reasons.filter(({ level }) => level !== 'refused'),
  ]
  const [first] = ordered
  return { level: first?.level ?? 'fine', headline: first?.text ?? quiet(found), reasons: ordered }
}

function quiet({ changes }: Found): string {
  if (changes.length === 0) return 'nothing changes'
  const kept = changes.filter((change) => !destroys(change)).length
  return kept === changes.length ? 'nothing is destroyed or replaced' : 'nothing that serves or keeps data is cut off'
}

function refused(id: string, text: string): Reason {
  return { level: 'refused', id, text }
}

function approval(id: string, text: string): Reason {
  return { level: 'approval', id, text }
}

function unsynthesised({ input: { refusal } }: Found): Reason[] {
  if (!refusal) return []
  const { problems, label } = refusal
  const [first, ...others] = problems
  const more = others.length > 0 ? ` and ${counted(others.length, 'more problem')}` : ''
  const what = first ? `: ${code(first.path)}${more}` : ''
  return [refused('not-synthesised', `${code(label)} does not synthesise${what}`)]
}

function incomplete({ input: { plans }, head }: Found): Reason[] {
  return plans.flatMap(({ stack, file, document }): Reason[] => {
    if (document.errored)
      return [refused('plan-failed', `the plan of ${code(stack)} (${code(file)}) ended with an error`)]
    if (document.complete === false)
      return [refused('plan-incomplete', `the plan of ${code(stack)} (${code(file)}) is not complete`)]
    const { timestamp } = document
    if (!timestamp || !head.commit || Date.parse(timestamp) >= Date.parse(head.commit.at)) return []
    return [approval('plan-stale', `the plan of ${code(stack)} is older than the commit that it should be of`)]
  })
}

function missedObjectives({ posture }: Found): Reason[] {
  return posture
    .filter(({ fails, change, id }) => fails && (change === 'worse' || change === 'new') && id !== 'last-drill')
    .map(({ id, what, before, after, objective }) => {
      return refused(
        id,
        `${what} ${before === 'none' ? '' : `${before} → `}${after}, against an objective of ${objective}`,
      )
    })
}

function failures({ atApply }: Found): Reason[] {
  const failing = atApply.filter(({ finding }) => finding.severity === 'error')
  const [first] = failing
  if (!first) return []
  const { change, finding } = first
  const more = failing.length > 1 ? `, and ${counted(failing.length - 1, 'more change')}` : ''
  return [
    refused(
      'fails-at-apply',
      `${code(change.address)} in ${change.region} plans well and fails at apply: ${finding.summary}${more}`,
    ),
  ]
}

/** Updates that plan as nothing special, and are more than that. */
function surprises({ atApply }: Found): Reason[] {
  const telling = atApply.filter(({ finding, change }) => finding.severity === 'warning' && change.action === 'update')
  const [first] = telling
  if (!first) return []
  const more = telling.length > 1 ? `, and ${counted(telling.length - 1, 'more change')}` : ''
  return [
    approval(
      'more-at-apply',
      `${code(first.change.address)} in ${first.change.region} is more than an update: ${first.finding.summary}${more}`,
    ),
  ]
}

function failedDrill({ posture }: Found): Reason[] {
  return posture
    .filter(({ id, fails }) => id === 'last-drill' && fails)
    .map(({ topology, after }) =>
      approval('drill-failed', `the last drill of ${code(topology)} as it is here ended with ${after}`),
    )
}

function badWaves({ waves }: Found): Reason[] {
  return waves.flatMap(({ stacks, refused: why }) => {
    return why ? [refused('wave-too-wide', `applying ${listed(stacks.map((it) => code(it)))}: ${why}`)] : []
  })
}

function masses({ changes }: Found): Reason[] {
  const gone = changes.filter((change) => destroys(change) && gradeOf(change) !== 'routine').length
  if (gone < MANY) return []
  return [approval('mass-destroy', `${counted(gone, 'resource')} would be destroyed or replaced`)]
}

function losses({ changes }: Found, grade: Grade): Reason[] {
  const hit = changes.filter((change) => destroys(change) && gradeOf(change) === grade)
  const byKind = Map.groupBy(
    hit,
    (change) => `${consequenceOf(change.type).noun}/${isReplaced(change) ? 'replaced' : 'destroyed'}`,
  )
  const [first, ...others] = [...byKind].sort(([, a], [, b]) => weightOf(b[0]?.type ?? '') - weightOf(a[0]?.type ?? ''))
  if (!first) return []
  const [key, found] = first
  const [noun = '', done] = key.split('/')
  const regions = [...new Set(found.map(({ region }) => region))].sort()
  const rest = others.reduce((sum, [, more]) => sum + more.length, 0)
  const tail = rest > 0 ? `, and ${counted(rest, 'more resource')}` : ''
  const one = found.length === 1 ? `one ${noun}` : counted(found.length, noun)
  const causes = [...new Set(found.flatMap(({ replacedFor }) => replacedFor))]
  const because =
    causes.length === 0
      ? ''
      : ` because ${listed(causes.map((it) => code(it)))} ${causes.length === 1 ? 'changes' : 'change'}`
  return [approval(`${grade}-${done}`, `${one} would be ${done} (${listed(regions)})${because}${tail}`)]
}

/** Policies that say what a row of the recovery says already. */
const SAID_BY: Readonly<Record<string, string>> = {
  'detection-in-time': 'detection-bound',
  'quorum-survives-region': 'quorum-margin',
  'standby-carries-peak': 'warm-capacity',
  'ttl-fits-rto': 'rto-bound',
}

function policies(found: Found): Reason[] {
  const said = new Set(missedObjectives(found).map(({ id }) => id))
  const broken = found.judged.filter(({ state, policy }) => {
    return state === 'new' && policy.severity !== 'note' && !said.has(SAID_BY[policy.id] ?? '')
  })
  return [...Map.groupBy(broken, ({ policy }) => policy)].map(([policy, all]) => {
    const [first] = all
    const where = first?.violation.address ?? first?.violation.path ?? first?.violation.stack ?? ''
    const more = all.length > 1 ? ` and ${counted(all.length - 1, 'more place')}` : ''
    const text = `policy ${code(policy.id)} is broken by ${code(where)}${more}`
    return policy.severity === 'refuse' ? refused(`policy-${policy.id}`, text) : approval(`policy-${policy.id}`, text)
  })
}

function looserObjectives({ topologyChanges }: Found): Reason[] {
  const promises = topologyChanges.filter(({ origin, before, after }) => {
    return origin.path.startsWith('objectives.') && before !== undefined && after !== undefined
  })
  return promises.map(({ origin, before, after }) =>
    approval(
      'objective-changed',
      `the promise ${code(origin.path)} changes from ${code(`${before}`)} to ${code(`${after}`)}`,
    ),
  )
}

function worsePosture({ posture }: Found): Reason[] {
  return posture
    .filter(({ change, fails, id }) => change === 'worse' && !fails && id !== 'last-drill')
    .map(({ id, what, before, after }) => approval(`worse-${id}`, `${what} gets worse: ${before} → ${after}`))
}

function abandonedStacks({ abandoned }: Found): Reason[] {
  if (abandoned.length === 0) return []
  return [
    approval(
      'stacks-abandoned',
      `${counted(abandoned.length, 'stack')} would be left to themselves: no apply destroys them`,
    ),
  ]
}

function missingPlans({ input: { plans }, changes }: Found): Reason[] {
  if (plans.length === 0) return []
  const unplanned = [...new Set(changes.filter(({ from }) => from === 'stacks').map(({ stack }) => stack))]
  if (unplanned.length === 0) return []
  return [
    approval(
      'plans-missing',
      `${counted(unplanned.length, 'changed stack')} came without a plan: ${listed(unplanned.map((it) => code(it)))}`,
    ),
  ]
}

function drifted({ drift, input: { configurationDrift } }: Found): Reason[] {
  const live = configurationDrift?.differences.length ?? 0
  return [
    ...(drift.overwritten.length > 0
      ? [
          approval(
            'drift-overwritten',
            `the apply would change back ${counted(drift.overwritten.length, 'thing')} that somebody changed by hand`,
          ),
        ]
      : []),
    ...(live > 0 ? [approval('configuration-drift', `the control planes differ in ${counted(live, 'resource')}`)] : []),
  ]
}
