import { type AdcResource, type AdcValue, resourceKey } from '../../../runtime/model/adc/index.ts'
import { type Change, inOrder, type RemoteResource } from './change.ts'
import { differencesOf } from './differences.ts'

/**
 * What would make a control plane equal to the files, in the order in which it is to be done.
 * @param withDefaults makes what a local resource is compared as
 */
export function compare(
  local: readonly AdcResource[],
  remote: readonly RemoteResource[],
  withDefaults: (resource: AdcResource) => AdcResource,
): Change[] {
  const wanted = new Map(local.map((resource) => [resourceKey(resource), resource]))
  const held = new Map(remote.map((resource) => [resourceKey(resource), resource]))
  const changes: Change[] = []
  for (const [key, resource] of held) {
    const goal = wanted.get(key)
    if (!goal) {
      // A consumer takes its credentials along.
      const goesAlong = resource.type === 'consumer_credential' && !wanted.has(`consumer ${resource.parentId}`)
      if (!goesAlong) changes.push(deletion(resource))
    } else if (goal.parentId !== resource.parentId && resource.type !== 'consumer') {
      // The new parent may not be there before the old one goes, so one request cannot move it.
      changes.push(deletion(resource), creation(goal))
    } else {
      const differences = differencesOf(comparable(resource), comparable(withDefaults(goal)))
      if (differences.length > 0) {
        changes.push({ ...headOf(goal), operation: 'update', local: goal, remote: resource, differences })
      }
    }
  }
  for (const [key, resource] of wanted) if (!held.has(key)) changes.push(creation(resource))
  return inOrder(changes).flat()
}

function creation(local: AdcResource): Change {
  return { ...headOf(local), operation: 'create', local }
}

function deletion(remote: RemoteResource): Change {
  return { ...headOf(remote), operation: 'delete', remote }
}

function headOf({ type, id, name, parentId }: AdcResource) {
  return { type, id, name, ...(parentId === undefined ? {} : { parentId }) }
}

/** What two sides are compared by. Control planes never show private keys; a consumer's group is a field of it. */
function comparable({ type, value, parentId }: AdcResource): AdcValue {
  const { upstream, certificates } = value
  return {
    ...labelled(value),
    ...(upstream ? { upstream: labelled(upstream as AdcValue) } : {}),
    ...(type === 'ssl' ? { certificates: (certificates as readonly Certificate[]).map(withoutKey) } : {}),
    ...(type === 'consumer' && parentId !== undefined ? { group: parentId } : {}),
  }
}

interface Certificate {
  readonly certificate: string
}

function withoutKey({ certificate }: Certificate): Certificate {
  return { certificate }
}

/** With labels as the text that control planes hold; no labels are the same as none. */
function labelled({ labels, ...value }: AdcValue): AdcValue {
  const entries = Object.entries((labels ?? {}) as AdcValue)
  if (entries.length === 0) return value
  const texts = entries.map(([key, item]) => [key, typeof item === 'string' ? item : JSON.stringify(item)])
  return { ...value, labels: Object.fromEntries(texts) }
}
