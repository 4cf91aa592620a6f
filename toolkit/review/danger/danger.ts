import { type Dependencies, everyDependent, type Node } from '../changes/references.ts'
import { type Action, destroys, keyOf, type ResourceChange } from '../changes/resource-change.ts'
import { counted } from '../markdown/sentence.ts'
import type { ApplyFinding, ProviderRules } from '../rules.ts'
import type { TopologySource } from '../snapshot.ts'
import type { Grade } from './consequence.ts'
import { GRADES } from './consequence.ts'
import { consequenceOf, cutOf, gradeOf, isKept } from './consequences.ts'
import { locate, type Origin, originOf } from './origin.ts'

/** One destroyed or replaced resource, or several of which the same is true. */
export interface Danger {
  readonly grade: Grade
  readonly action: Action
  readonly type: string
  readonly noun: string
  readonly regions: readonly string[]
  readonly changes: readonly ResourceChange[]
  /** Arguments that make it necessary; empty where nothing but a wish does. */
  readonly because: readonly { readonly argument: string; readonly origins: readonly Origin[] }[]
  readonly reason: string | null
  readonly dependents: readonly { readonly noun: string; readonly count: number }[]
  readonly cut: string
}

/** What a change meets, or does more than it says, when it is applied. */
export interface AtApply {
  readonly change: ResourceChange
  readonly finding: ApplyFinding
}

/** What people ask after first. */
const IMPORTANT = ['service', 'database', 'replica', 'database cluster', 'record', 'balancer', 'health check', 'alarm']

/** Every destroyed or replaced resource, the worst first; those of one type and one cause are told together. */
export function dangersOf(
  changes: readonly ResourceChange[],
  dependencies: Dependencies,
  source: TopologySource | null,
): Danger[] {
  const alike = Map.groupBy(changes.filter(destroys), (change) => {
    return [change.type, change.action, change.reason, change.replacedFor.join(), isKept(change)].join(' ')
  })
  return [...alike.values()]
    .map((group) => dangerOf(group, dependencies, source))
    .sort((a, b) => GRADES.indexOf(a.grade) - GRADES.indexOf(b.grade) || weightOf(b.type) - weightOf(a.type))
}

/** What comes to people's minds first: databases, then what a region cannot do without. */
export function weightOf(type: string): number {
  if (/^aws_(db_instance|rds_)/.test(type)) return 3
  return /^aws_(kms_key|lb|vpc|route53_zone|secretsmanager_secret|ecs_service)$/.test(type) ? 2 : 1
}

function dangerOf(
  changes: readonly ResourceChange[],
  dependencies: Dependencies,
  source: TopologySource | null,
): Danger {
  const [first] = changes as [ResourceChange, ...ResourceChange[]]
  const { noun } = consequenceOf(first.type)
  return {
    grade: gradeOf(first),
    action: first.action,
    type: first.type,
    noun,
    regions: [...new Set(changes.map(({ region }) => region))].sort(),
    changes,
    because: first.replacedFor.map((argument) => {
      const paths = new Set(
        changes.flatMap((change) => (change.topology === null ? [] : (originOf(change, argument) ?? []))),
      )
      return { argument, origins: [...paths].sort().map((path) => locate(path, source)) }
    }),
    reason: first.reason,
    dependents: dependentsOf(changes, dependencies),
    cut: cutOf(first),
  }
}

function dependentsOf(changes: readonly ResourceChange[], dependencies: Dependencies): Danger['dependents'] {
  const own = new Set(changes.map(keyOf))
  const found = new Map<string, Node>()
  for (const change of changes) {
    for (const node of everyDependent(dependencies, keyOf(change))) if (!own.has(node.key)) found.set(node.key, node)
  }
  const counts = Map.groupBy(found.values(), nounOf)
  return [...counts]
    .map(([noun, nodes]) => ({ noun, count: nodes.length }))
    .sort((a, b) => rank(a.noun) - rank(b.noun) || b.count - a.count || (a.noun < b.noun ? -1 : 1))
}

/** A service by what it runs. */
function nounOf({ type, layer }: Node): string {
  if (type === 'aws_ecs_service') return layer.startsWith('control-plane') ? 'control plane' : 'data plane'
  return consequenceOf(type).noun
}

function rank(noun: string): number {
  const at = [...['control plane', 'data plane'], ...IMPORTANT].indexOf(noun)
  return at < 0 ? IMPORTANT.length + 2 : at
}

/** `2 control planes, 1 database and 31 others depend on it`; an empty text where nothing does. */
export function dependentsText({ dependents, changes }: Pick<Danger, 'dependents' | 'changes'>): string {
  if (dependents.length === 0) return ''
  const shown = dependents.slice(0, 4).map(({ noun, count }) => counted(count, noun))
  const others = dependents.slice(4).reduce((sum, { count }) => sum + count, 0)
  const all = others > 0 ? [...shown, `${others} more`] : shown
  const one = dependents.length === 1 && dependents[0]?.count === 1
  const text = all.length > 1 ? `${all.slice(0, -1).join(', ')} and ${all.at(-1)}` : all[0]
  return `${text} ${one ? 'depends' : 'depend'} on ${changes.length === 1 ? 'it' : 'them'}`
}

/** Plans that look harmless and fail, or do more than they say, when they are applied. */
export function atApply(changes: readonly ResourceChange[], rules: ProviderRules): AtApply[] {
  const each = changes.flatMap((change): AtApply[] => {
    if (change.action === 'move' || change.action === 'import' || change.action === 'forget') return []
    const [before, after] = change.action === 'delete' ? [change.before, null] : [change.before, change.after]
    const found = rules.atApply(change.type, before, after).filter((finding) => {
      // Of what is only created nothing is known that its own stack's check would not say.
      return change.action !== 'create' || finding.severity === 'error'
    })
    return found.map((finding) => ({ change, finding }))
  })
  const together = [...Map.groupBy(changes, ({ stack }) => stack).values()].flatMap((inOne) => {
    return rules.together(inOne).flatMap((finding) => {
      const change = inOne.find(({ address }) => address === finding.address)
      return change ? [{ change, finding }] : []
    })
  })
  return [...each, ...together]
}
