import type { PlannedChange } from '../read/read-plan.ts'
import type { ReviewedPlan } from '../read/reviewed-plan.ts'
import type { ProviderRules } from '../rules.ts'
import { type Difference, differencesOf } from './difference.ts'
import { maskedSides } from './mask.ts'

/** Something that was changed outside Terraform, and that this apply would change back. */
export interface Drift {
  readonly stack: string
  readonly region: string
  readonly address: string
  /** `gone`: somebody deleted it, and the apply makes it again. */
  readonly kind: 'changed' | 'gone'
  /** `before` is what Terraform remembers, `after` what is there now, both without what the apply leaves alone. */
  readonly differences: readonly Difference[]
}

/** The drift that an apply would overwrite, and how much more of it there is. */
export function driftOf(
  plans: readonly ReviewedPlan[],
  rules: ProviderRules,
): { readonly overwritten: readonly Drift[]; readonly leftAlone: number } {
  const overwritten: Drift[] = []
  let leftAlone = 0
  for (const plan of plans) {
    const {
      resource_drift: drifted = [],
      resource_changes: changes = [],
      relevant_attributes: relevant = [],
    } = plan.document
    for (const drift of drifted) {
      const change = changes.find(({ address }) => address === drift.address)
      const found = overwrittenBy(drift, change, relevant, rules)
      if (found) overwritten.push({ stack: plan.stack, region: plan.region, address: drift.address, ...found })
      else leftAlone += 1
    }
  }
  return { overwritten, leftAlone }
}

function overwrittenBy(
  drift: PlannedChange,
  planned: PlannedChange | undefined,
  relevant: readonly { readonly resource: string; readonly attribute: readonly unknown[] }[],
  rules: ProviderRules,
): Pick<Drift, 'kind' | 'differences'> | undefined {
  const { change } = drift
  const { differences: all } = maskedSides(
    { value: change.before, sensitive: change.before_sensitive },
    { value: change.after, sensitive: change.after_sensitive },
    rules.secrets(drift.type),
  )
  const acts = planned?.change.actions.some((action) => action !== 'no-op' && action !== 'read') === true
  if (change.after === null) return acts ? { kind: 'gone', differences: [] } : undefined
  if (!acts) return undefined
  const changed = new Set(differencesOf(planned?.change.before, planned?.change.after).map(({ path }) => topOf(path)))
  const named = new Set(
    relevant.filter(({ resource }) => resource === drift.address).map(({ attribute }) => `${attribute[0]}`),
  )
  const differences = all.filter(({ path }) => changed.has(topOf(path)) || named.has(topOf(path)))
  return differences.length > 0 ? { kind: 'changed', differences } : undefined
}

function topOf(path: string): string {
  return path.split('.')[0]?.replace('[]', '') ?? path
}
