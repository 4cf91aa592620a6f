import type { ProviderRules } from '../rules.ts'
import { addressOf, constructPathOf, type ReviewedStack, resourcesOf, type Snapshot, type Values } from '../snapshot.ts'
import { differencesOf, isPlain } from './difference.ts'
import { maskedSides } from './mask.ts'
import type { Action, ResourceChange } from './resource-change.ts'

/** Arguments of Terraform itself, which no provider sees. */
const META = new Set(['//', 'lifecycle', 'depends_on', 'provisioner', 'connection', 'count', 'for_each', 'provider'])

/** What differs between two sides of a pull request, by the rules of the providers: what Terraform would plan. */
export function changesBetween(base: Snapshot, head: Snapshot, rules: ProviderRules): ResourceChange[] {
  const names = [...new Set([...base.stacks.keys(), ...head.stacks.keys()])].sort()
  return names.flatMap((name) => stackChanges(base.stacks.get(name), head.stacks.get(name), rules))
}

function stackChanges(
  base: ReviewedStack | undefined,
  head: ReviewedStack | undefined,
  rules: ProviderRules,
): ResourceChange[] {
  // No apply destroys a stack that is not synthesised any more.
  const stack = head
  if (!stack) return []
  const before = new Map(base ? [...resourcesOf(base)].map((it) => [addressOf(it.type, it.name), it]) : [])
  const after = new Map(head ? [...resourcesOf(head)].map((it) => [addressOf(it.type, it.name), it]) : [])
  const moved = movesOf(head, before, after)
  const found: ResourceChange[] = []
  for (const [address, { type, name, block }] of after) {
    const previous = moved.get(address)
    const old = before.get(previous ?? address)
    const change = compare(type, old?.block ?? null, block, rules)
    if (!change && !previous) continue
    const values = change ?? { action: 'move' as const, replacedFor: [], ...sides(type, old?.block, block, rules) }
    found.push({
      ...placed(stack, type, name, block),
      ...values,
      previousAddress: previous ?? null,
      differences: values.action === 'move' ? [] : values.differences,
    })
  }
  const leaving = new Set(moved.values())
  for (const [address, { type, name, block }] of before) {
    if (after.has(address) || leaving.has(address)) continue
    const { before: values } = sides(type, block, undefined, rules)
    found.push({
      ...placed(stack, type, name, block),
      action: 'delete',
      replacedFor: [],
      before: values,
      after: null,
      previousAddress: null,
      differences: [],
    })
  }
  return found
}

function placed(stack: ReviewedStack, type: string, name: string, block: Values) {
  const own = block.region
  return {
    address: addressOf(type, name),
    type,
    name,
    stack: stack.name,
    region: typeof own === 'string' && !own.includes('${') ? own : stack.region,
    layer: stack.layer,
    topology: stack.topology,
    constructPath: constructPathOf(block),
    reason: null,
    from: 'stacks' as const,
  }
}

function sides(type: string, before: Values | undefined, after: Values | undefined, rules: ProviderRules) {
  return open(type, before ? written(before) : null, after ? written(after) : null, rules)
}

function compare(type: string, old: Values | null, now: Values, rules: ProviderRules) {
  if (!old) return { action: 'create' as Action, replacedFor: [], ...sides(type, undefined, now, rules) }
  const ignored = ignoredChanges(now)
  const [before, after] = [without(written(old), ignored), without(written(now), ignored)]
  if (differencesOf(before, after).length === 0) return undefined
  const replacedFor = rules.replacedFor(type, before, after).map(({ argument }) => argument)
  const gentle = isPlain(now.lifecycle) && now.lifecycle.create_before_destroy === true
  const action: Action = replacedFor.length === 0 ? 'update' : gentle ? 'replace-before-destroy' : 'replace'
  return { action, replacedFor, ...open(type, before, after, rules) }
}

/** Both sides, without what is secret. */
function open(type: string, before: Values | null, after: Values | null, rules: ProviderRules) {
  const sides = maskedSides({ value: before }, { value: after }, rules.secrets(type))
  return { ...sides, before: sides.before as Values | null, after: sides.after as Values | null }
}

/** A block's arguments as a provider sees them. */
function written(block: Values): Values {
  return Object.fromEntries(Object.entries(block).filter(([name]) => !META.has(name)))
}

function ignoredChanges(block: Values): ReadonlySet<string> | 'all' {
  const ignored = isPlain(block.lifecycle) ? block.lifecycle.ignore_changes : undefined
  if (ignored === 'all') return 'all'
  return new Set(Array.isArray(ignored) ? ignored.map((name) => `${name}`) : [])
}

function without(values: Values, ignored: ReadonlySet<string> | 'all'): Values {
  if (ignored === 'all') return {}
  return Object.fromEntries(Object.entries(values).filter(([name]) => !ignored.has(name)))
}

/** New addresses by which resources go from now on, of those that are there; what a `moved` block says. */
function movesOf(
  head: ReviewedStack | undefined,
  before: ReadonlyMap<string, unknown>,
  after: ReadonlyMap<string, unknown>,
): Map<string, string> {
  const moves = new Map<string, string>()
  for (const { from, to } of head?.document.moved ?? []) {
    if (from && to && before.has(from) && after.has(to) && !before.has(to)) moves.set(to, from)
  }
  return moves
}
