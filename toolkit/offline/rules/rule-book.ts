import type { Finding } from '../provider/diagnostic.ts'
import { recoverSchema } from '../schema/recover-schema.ts'
import type { Block } from '../schema/schema.ts'
import { VENDORS } from '../schema/vendor.ts'
import type { PlannedAction, PlannedResource } from '../terraform/planned-resources.ts'
import type { ValueObject } from '../wire/value.ts'
import { checkChange } from './apply-rules.ts'
import { checkPlan, type PlanFinding } from './plan-rules.ts'
import { type ReplacedFor, replacedFor } from './replacement.ts'
import type { ResourceChange } from './resource-change.ts'

/** What is known of a type's arguments and rules, for those who have two sides of a resource and no Terraform. */
export interface RuleBook {
  /** Arguments whose change replaces the resource; none of a type that is not known. */
  replacedFor(type: string, before: object, after: object): readonly ReplacedFor[]
  /** What the change meets, or does, when it is applied; null: it is created, or destroyed. */
  atApply(type: string, before: object | null, after: object | null): readonly Finding[]
  /** What only shows where every change of a stack is read. */
  together(changes: readonly TogetherChange[]): readonly PlanFinding[]
  /** Arguments that hold secrets. */
  secrets(type: string): ReadonlySet<string>
}

/** A change of any kind; those that no plan of Terraform names are passed over. */
export type TogetherChange = Omit<PlannedResource, 'action'> & { readonly action: string }

const PLANNED: ReadonlySet<string> = new Set<PlannedAction>([
  'create',
  'update',
  'delete',
  'replace',
  'replace-before-destroy',
])

interface Known {
  readonly block: Block
  readonly version: string
}

/** The rules of the providers whose constructs are installed. A type is looked up when it is first asked for. */
export function openRuleBook(): RuleBook {
  const types = new Map<string, Known | undefined>()
  const known = (type: string): Known | undefined => {
    if (!types.has(type)) types.set(type, lookUp(type))
    return types.get(type)
  }
  const change = (type: string, prior: object | null, planned: object | null): ResourceChange | undefined => {
    const found = known(type)
    if (!found) return undefined
    const [from, to] = [prior, planned] as [ValueObject | null, ValueObject | null]
    return { type, ...found, prior: from, planned: to, config: to }
  }
  return {
    replacedFor: (type, before, after) => {
      const found = change(type, before, after)
      return found ? replacedFor(found) : []
    },
    atApply: (type, before, after) => {
      const found = change(type, before, after)
      return found ? checkChange(found) : []
    },
    together: (changes) => checkPlan(changes.filter(isPlanned)),
    secrets: (type) => {
      const attributes = Object.entries(known(type)?.block.attributes ?? {})
      return new Set(attributes.filter(([, it]) => it.sensitive || it.writeOnly).map(([name]) => name))
    },
  }
}

function lookUp(type: string): Known | undefined {
  const vendor = VENDORS.find(({ prefix }) => type.startsWith(prefix))
  if (!vendor) return undefined
  const none = new Set<string>()
  try {
    const { resource, version } = recoverSchema({ resource: new Set([type]), data: none, ephemeral: none }, vendor)
    const block = resource[type]
    return block && { block, version }
  } catch {
    // A vendor's constructs are installed only where they are used.
    return undefined
  }
}

function isPlanned(change: TogetherChange): change is PlannedResource {
  return PLANNED.has(change.action)
}
