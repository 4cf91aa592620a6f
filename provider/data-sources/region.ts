import type { GatewayClient } from '../admin-api/gateway-client.ts'
import { refused } from '../framework/problem.ts'
import type { DataSource } from '../framework/provider.ts'
import type { Attribute } from '../framework/schema.ts'
import type { JsonObject, Value } from '../framework/values.ts'

const text = (description: string): Attribute => ({ description, type: 'string', presence: 'computed' })
const number = (description: string): Attribute => ({ description, type: 'number', presence: 'computed' })

const ATTRIBUTES = {
  region: text('The name of the region.'),
  role: text('Its role now: `active`, `solo`, `standby`, `fenced`, `frozen` or `draining`.'),
  reason: text('Why it has that role, in a sentence.'),
  writer: text('The region that wrote the newest epoch.'),
  lineage: text('Which history of configurations it has; versions compare only within one.'),
  epoch: number('Counted up with every change of the writing region.'),
  revision: number('Counted up with every change of the configuration.'),
  durability: text('What an acknowledged write is promised: `confirmed` by the standby, or `local`.'),
}

/** What the region of the control plane that answers is now. */
export const region: DataSource<GatewayClient> = {
  schema: {
    description:
      'The role of the region whose control plane answers, and the version of the configuration that it has.',
    attributes: ATTRIBUTES,
  },
  async read(client, _config, { signal }) {
    const state = (await client.admin.get('/antipode/region', signal)) as JsonObject | undefined
    if (!state)
      throw refused('This is no control plane of Antipode', 'It knows nothing of a region (GET /antipode/region).')
    return Object.fromEntries(Object.keys(ATTRIBUTES).map((name) => [name, (state[name] ?? null) as Value]))
  },
}
