import type { GatewayClient } from '../admin-api/gateway-client.ts'
import { lazy } from '../framework/lazy.ts'
import type { Resource } from '../framework/provider.ts'
import { configurationResource } from './configuration-resource.ts'
import { CREDENTIALS, deleteCredentials, planCredentials, readCredentials, writeCredentials } from './credentials.ts'
import { groupOf } from './gateway-group.ts'

const alone = configurationResource({
  collection: 'consumers',
  noun: 'consumer',
  description: 'Who calls, and by what they are recognised.',
  omitted: ['username'],
  own: {
    username: {
      description: 'The name, which is its id. At most 256 letters, digits, `-` and `_`.',
      ...{ type: 'string', presence: 'required', replaces: true },
    },
  },
  references: [{ path: ['group_id'], to: 'consumer_groups', noun: 'consumer group' }],
  idPresence: 'computed',
  idField: 'username',
  idDescription: 'The username.',
  idOf: async ({ username }) => (typeof username === 'string' ? username : undefined),
  import: (id) => ({ id, username: id }),
})

const attributesOf = lazy(() => ({ ...alone.schema.attributes, credentials: CREDENTIALS }))

/** A consumer with its credentials, which the Admin API keeps one by one. */
export const consumer: Resource<GatewayClient> = {
  ...alone,
  schema: {
    description: alone.schema.description,
    get attributes() {
      return attributesOf()
    },
  },

  async plan(client, change, context) {
    const planned = await alone.plan!(client, change, context)
    return planCredentials(groupOf(client, change.config), { ...change, planned }, context)
  },

  async read(client, state, context) {
    const now = await alone.read(client, state, context)
    return now && { ...now, credentials: await readCredentials(groupOf(client, now), now, context) }
  },

  async apply(client, change, context) {
    const applied = await alone.apply(client, change, context)
    const own = groupOf(client, applied)
    return { ...applied, credentials: await writeCredentials(own, { ...change, planned: applied }, context) }
  },

  async delete(client, state, context) {
    await deleteCredentials(groupOf(client, state), state, context)
    await alone.delete(client, state, context)
  },
}
