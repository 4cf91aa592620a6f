import type { PlannedChange } from '../read/read-plan.ts'
import type { ReviewedPlan } from '../read/reviewed-plan.ts'
import type { ProviderRules } from '../rules.ts'
import { constructPathOf, type ReviewedStack, type Values } from '../snapshot.ts'
import { type Difference, isPlain, UNKNOWN } from './difference.ts'
import { maskedSides } from './mask.ts'
import type { Action, ResourceChange } from './resource-change.ts'

const ACTIONS: Readonly<Record<string, Action>> = {
  create: 'create',
  update: 'update',
  delete: 'delete',
  forget: 'forget',
  'delete,create': 'replace',
  'create,delete': 'replace-before-destroy',
  'create,forget': 'forget',
  'forget,create': 'forget',
}

/** What a plan does to each resource that it does not leave alone; data sources are read, and nothing comes of it. */
export function changesOfPlan(
  plan: ReviewedPlan,
  stack: ReviewedStack | undefined,
  rules: ProviderRules,
): ResourceChange[] {
  return (plan.document.resource_changes ?? [])
    .filter(({ mode }) => mode !== 'data')
    .flatMap((change) => readChange(change, plan, stack, rules) ?? [])
}

function readChange(
  planned: PlannedChange,
  plan: ReviewedPlan,
  stack: ReviewedStack | undefined,
  rules: ProviderRules,
): ResourceChange | undefined {
  const { address, type, name, change, previous_address: previous, action_reason: reason } = planned
  const action = actionOf(planned)
  if (!action) return undefined
  const { before, after, differences } = maskedSides(
    { value: change.before, sensitive: change.before_sensitive },
    { value: withUnknown(change.after, change.after_unknown), sensitive: change.after_sensitive },
    rules.secrets(type),
  )
  return {
    address,
    type,
    name,
    stack: plan.stack,
    region: regionOf(change, plan),
    layer: plan.layer,
    topology: plan.topology,
    constructPath: constructPathOf(stack?.document.resource?.[type]?.[name]),
    action,
    replacedFor: [...new Set((change.replace_paths ?? []).map((path) => path.join('.')))],
    reason: reason ?? null,
    differences: meaningful(differences),
    before: before as Values | null,
    after: after as Values | null,
    previousAddress: previous && previous !== address ? previous : null,
    from: 'plan',
  }
}

function actionOf({ change, address, previous_address: previous }: PlannedChange): Action | undefined {
  const words = change.actions.join()
  if (ACTIONS[words]) return ACTIONS[words]
  if (words === 'no-op' && previous && previous !== address) return 'move'
  return words === 'no-op' && change.importing ? 'import' : undefined
}

/** A resource says where it is, unless it is the whole topology's. */
function regionOf({ before, after }: PlannedChange['change'], plan: ReviewedPlan): string {
  const own = after?.region ?? before?.region
  return typeof own === 'string' && own !== plan.home ? own : plan.region
}

/** Values that are known only later are shown as that. */
function withUnknown(value: unknown, unknown: unknown): unknown {
  if (unknown === true) return UNKNOWN
  if (Array.isArray(unknown) && Array.isArray(value)) return value.map((item, at) => withUnknown(item, unknown[at]))
  if (!isPlain(unknown) || !isPlain(value)) return value
  const added = Object.entries(unknown).map(([key, it]) => [key, withUnknown(value[key], it)] as const)
  return { ...value, ...Object.fromEntries(added.filter(([, it]) => it !== undefined)) }
}

/** Tags with the provider's own are the tags again; what is only computed again says nothing. */
function meaningful(differences: readonly Difference[]): Difference[] {
  const computed = ({ path, before, after }: Difference) =>
    path.startsWith('tags_all') || (after === UNKNOWN && (before === undefined || COMPUTED.test(path)))
  return differences.filter((difference) => !computed(difference))
}

const COMPUTED =
  /^(id|arn|arn_suffix|dns_name|endpoint|address|hosted_zone_id|zone_id|owner_id|resource_id|registry_id|repository_url|output|unique_id|key_id|status|revision)$/
