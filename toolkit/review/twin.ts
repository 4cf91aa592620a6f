import { dependentsText } from './danger/danger.ts'
import { commentOf } from './markdown/comment.ts'
import { placeOf } from './policies/evaluate.ts'
import type { Review } from './review.ts'
import { EXITS } from './verdict.ts'

/** The review as programs read it; nothing is left out but values that are secret. */
export function twinOf(review: Review): object {
  const { verdict, base, head, changes, posture, topologyChanges, dangers, waves, judged, drift, proofs, input } =
    review
  return {
    format: 1,
    verdict: verdict.level,
    exit: EXITS[verdict.level],
    headline: verdict.headline,
    reasons: verdict.reasons,
    base: { label: base.label, commit: base.commit },
    head: { label: head.label, commit: head.commit },
    plans: input.plans.map(({ file, stack, region, document }) => {
      const { terraform_version: terraform = null, timestamp = null, complete = null } = document
      return { file, stack, region, terraform, timestamp: input.offline ? null : timestamp, complete }
    }),
    refusal: input.refusal && { text: input.refusal.text, problems: input.refusal.problems },
    posture,
    topologyChanges: topologyChanges.map(({ topology, origin, before = null, after = null }) => {
      return { topology, ...origin, before, after }
    }),
    dangers: dangers.map((danger) => {
      const { grade, action, type, noun, regions, because, reason, dependents, cut } = danger
      const resources = danger.changes.map(({ stack, address, region }) => ({ stack, address, region }))
      return {
        grade,
        action,
        type,
        noun,
        regions,
        resources,
        because,
        reason,
        dependents,
        depends: dependentsText(danger),
        cut,
      }
    }),
    atApply: review.atApply.map(({ change: { stack, address, region }, finding }) => ({
      stack,
      address,
      region,
      ...finding,
    })),
    waves,
    policies: judged.map(({ policy, violation, state, waiver }) => {
      const { id, severity, reason, fix } = policy
      return { id, severity, state, place: placeOf(violation), ...violation, reason, fix, waiver }
    }),
    drift: { ...drift, configuration: input.configurationDrift },
    proofs,
    abandonedStacks: review.abandoned,
    changes: changes.map(({ before, after, ...change }) => change),
    comment: commentOf(review),
  }
}
