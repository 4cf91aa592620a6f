import type { ResourceType } from '../../runtime/model/resource.ts'
import type { GatewayClient } from '../admin-api/gateway-client.ts'
import type { Path, Problem } from '../framework/problem.ts'
import { isObject, type Value, type ValueObject } from '../framework/values.ts'

/** A field that holds the id of another resource, by the names that lead to it. */
export interface Reference {
  readonly path: readonly string[]
  readonly to: ResourceType
  /** As texts name one of them. */
  readonly noun: string
}

/**
 * Finds references to what will not be there: what this run has planned counts first, then what the control plane has.
 * What is not known yet is not looked at.
 */
export async function checkReferences(
  client: GatewayClient,
  references: readonly Reference[],
  config: ValueObject,
  signal: AbortSignal,
): Promise<Problem[]> {
  const checks = references.map(async ({ path, to, noun }): Promise<Problem[]> => {
    const id = valueAt(config, path)
    if (typeof id !== 'string') return []
    const planned = client.planned.outcome(to, id)
    if (planned === 'kept') return []
    if (planned === undefined && (await client.has(to, id, signal))) return []
    const why = planned === 'deleted' ? 'is deleted by this plan' : 'does not exist'
    const detail = `The ${noun} ${JSON.stringify(id)} ${why}. Refer to the attribute id of a resource, so that Terraform creates that first.`
    return [{ severity: 'error', summary: `There is no such ${noun}`, detail, path: path as Path }]
  })
  return (await Promise.all(checks)).flat()
}

/** What stands at a path; null where nothing does. */
export function valueAt(config: ValueObject, path: readonly string[]): Value {
  return path.reduce<Value>((value, step) => (isObject(value) ? (value[step] ?? null) : null), config)
}
