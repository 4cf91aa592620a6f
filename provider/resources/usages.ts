import { setTimeout as sleep } from 'node:timers/promises'
import type { ResourceType } from '../../runtime/model/resource.ts'
import type { GatewayClient } from '../admin-api/gateway-client.ts'
import { Refused } from '../framework/problem.ts'
import type { CallContext } from '../framework/provider.ts'

/** What a control plane deletes only where nothing uses it. */
const PROTECTED: ReadonlySet<ResourceType> = new Set([
  ...(['upstreams', 'services', 'stream_routes', 'plugin_configs', 'consumer_groups', 'protos'] as const),
])
/** The first few of what may be a thousand. */
const SHOWN = 5
const LOOK_EVERY_MS = 100
/** Terraform plans what it can at the same time: it has no more to say of a resource once it says nothing for so long. */
const QUIET_MS = 1_000
const LONGEST_MS = 10_000

interface User {
  readonly type: ResourceType
  readonly id: string
}

interface Used {
  readonly type: ResourceType
  readonly noun: string
  readonly id: string
}

/**
 * Warns where something is to be deleted that will still be used, so that the control plane would refuse it: by what this
 * plan keeps, by what Terraform does not manage, or by what this plan changes, but only after the delete. What is in the
 * state and not planned is given the benefit of the doubt.
 */
export async function warnOfUsers(
  client: GatewayClient,
  { type, noun, id }: Used,
  { signal, warn }: CallContext,
): Promise<void> {
  if (!PROTECTED.has(type)) return
  const { planned } = client
  const users = await usersOf(client, type, id, signal)
  const isOpen = (user: User) => !planned.outcome(user.type, user.id) && !planned.isKnown(user.type, user.id)
  await untilPlanned(client, () => users.some(isOpen), signal)
  const kept = users.filter((user) => planned.outcome(user.type, user.id) === 'kept')
  const leaving = kept.filter((user) => !planned.names(user.type, user.id, id))
  const staying = [...users.filter(isOpen), ...kept.filter((user) => !leaving.includes(user))]
  const summary = `The ${noun} ${id} is still used, and may not be deleted`
  if (staying.length > 0) {
    const detail = `It is used by ${namesOf(staying)}, which this plan does not take away. The control plane refuses the delete as long as that is so.`
    warn({ summary, detail })
  } else if (leaving.length > 0) {
    const detail = `It is used by ${namesOf(leaving)}, which this plan changes, but Terraform deletes first, and the control plane refuses that. Apply the change while this is still there and take it away afterwards; or, where it was applied with lifecycle { create_before_destroy = true }, go on: then it is deleted last.`
    warn({ summary, detail })
  }
}

function namesOf(users: readonly User[]): string {
  const more = users.length > SHOWN ? ` and ${users.length - SHOWN} more` : ''
  const names = users.slice(0, SHOWN).map(({ type, id }) => `${type}/${id}`)
  return `${names.join(', ')}${more}`
}

/** Terraform may ask to delete something before it has said anything of what uses it. */
async function untilPlanned({ planned }: GatewayClient, isOpen: () => boolean, signal: AbortSignal): Promise<void> {
  const until = performance.now() + LONGEST_MS
  let [progress, since] = [planned.progress, performance.now()]
  while (isOpen() && performance.now() < until && performance.now() < since + QUIET_MS) {
    await sleep(LOOK_EVERY_MS, undefined, { signal })
    if (planned.progress !== progress) [progress, since] = [planned.progress, performance.now()]
  }
}

/** Whoever cannot be asked, or does not tell, is heard when the plan is applied. */
async function usersOf(
  { admin }: GatewayClient,
  type: ResourceType,
  id: string,
  signal: AbortSignal,
): Promise<readonly User[]> {
  const path = `/antipode/usages/${type}/${id.split('/').map(encodeURIComponent).join('/')}`
  try {
    const answer = (await admin.get(path, signal)) as { readonly list: readonly User[] } | undefined
    return answer?.list ?? []
  } catch (error) {
    if (error instanceof Refused) return []
    throw error
  }
}
