import type { ResourceType } from '../../runtime/model/resource.ts'
import { AdminClient } from '../admin-api/admin-client.ts'
import { GatewayClient } from '../admin-api/gateway-client.ts'
import { Refused } from '../framework/problem.ts'
import type { JsonObject } from '../framework/values.ts'

/** What is imported, in the order of the file. Credentials come with their consumers. */
const TYPES: readonly (readonly [ResourceType, string])[] = [
  ['services', 'antipode_service'],
  ['upstreams', 'antipode_upstream'],
  ['routes', 'antipode_route'],
  ['stream_routes', 'antipode_stream_route'],
  ['consumer_groups', 'antipode_consumer_group'],
  ['consumers', 'antipode_consumer'],
  ['ssls', 'antipode_ssl'],
  ['plugin_configs', 'antipode_plugin_config'],
  ['global_rules', 'antipode_global_rule'],
  ['plugin_metadata', 'antipode_plugin_metadata'],
  ['protos', 'antipode_proto'],
  ['secrets', 'antipode_secret'],
]

/** What belongs to no group: below `/api`, the type, and which of them is always there. */
const ACCOUNTS = [
  ['gateway_groups', 'antipode_gateway_group', 'default'],
  ['permission_policies', 'antipode_permission_policy', undefined],
  ['roles', 'antipode_role', 'super_admin'],
] as const

export interface ImportSource {
  readonly server: string
  readonly token: string | null
  readonly group: string | null
}

export interface ImportBlocks {
  readonly count: number
  /** A file of Terraform's. */
  readonly text: string
}

/**
 * `import` blocks for everything that a control plane holds: with them `terraform plan -generate-config-out` writes the
 * configuration.
 */
export async function importBlocks({ server, token, group }: ImportSource, signal: AbortSignal): Promise<ImportBlocks> {
  const client = new GatewayClient(
    new AdminClient({
      ...{ endpoints: [server], token, gatewayGroup: group, timeout: 30_000, concurrency: 10 },
      ...{ ca: null, clientCertificate: null, clientKey: null },
    }),
    { group },
  )
  const taken = new Set<string>()
  const blocks: string[] = []
  const add = (type: string, id: string, value: JsonObject) => {
    const address = unique(`${type}.${labelOf(value, id)}`, taken)
    blocks.push(`import {\n  to = ${address}\n  id = ${JSON.stringify(id)}\n}\n`)
  }
  for (const [collection, type] of TYPES) {
    for (const { id, value } of await client.list(collection, signal)) {
      add(type, collection === 'secrets' ? String(value.id ?? id) : id, value)
    }
  }
  // Whoever asks about one group asks about nothing else.
  for (const [collection, type, builtIn] of group === null ? ACCOUNTS : []) {
    for (const value of await accounts(client, collection, signal)) {
      if (value.id !== builtIn) add(type, String(value.id), value)
    }
  }
  return { count: blocks.length, text: blocks.join('\n') }
}

/** Those that the key may see; a key of a group sees none. */
async function accounts(
  { admin }: GatewayClient,
  collection: string,
  signal: AbortSignal,
): Promise<readonly JsonObject[]> {
  try {
    const found = (await admin.get(`/api/${collection}`, signal)) as { list: readonly JsonObject[] } | undefined
    return found?.list ?? []
  } catch (error) {
    if (error instanceof Refused) return []
    throw error
  }
}

/** A name that Terraform takes, as near to the resource's own as can be. */
function labelOf({ name, username, snis }: JsonObject, id: string): string {
  const [first] = Array.isArray(snis) ? snis : []
  const text = String(name ?? username ?? first ?? id)
  const label = text.replaceAll(/[^a-zA-Z0-9_-]+/g, '_').replaceAll(/^_+|_+$/g, '')
  return /^[a-zA-Z_]/.test(label) ? label : `_${label}`
}

function unique(address: string, taken: Set<string>): string {
  let free = address
  for (let next = 2; taken.has(free); next++) free = `${address}_${next}`
  taken.add(free)
  return free
}
