import type { RegionState } from '../../runtime/model/region-state.ts'
import type { GatewayClient } from '../admin-api/gateway-client.ts'
import { REGION_PATH, regionStates } from '../admin-api/region-states.ts'
import { refused } from '../framework/problem.ts'
import type { DataSource } from '../framework/provider.ts'
import type { Attribute, Attributes } from '../framework/schema.ts'
import { isNull, type ValueObject } from '../framework/values.ts'

const text = (description: string): Attribute => ({ description, type: 'string', presence: 'computed' })
const number = (description: string): Attribute => ({ description, type: 'number', presence: 'computed' })

const TOLD: Attributes = {
  role: text('Its role now: `active`, `solo`, `standby`, `fenced`, `frozen` or `draining`.'),
  reason: text('Why it has that role, in a sentence.'),
  writer: text('The region that wrote the newest epoch.'),
  lineage: text('Which history of configurations it has; versions compare only within one.'),
  epoch: number('Counted up with every change of the writing region.'),
  revision: number('Counted up with every change of the configuration.'),
  durability: text('What an acknowledged write is promised: `confirmed` by the standby, or `local`.'),
  lag_bytes: number('How far its database is behind that of the writer. Null where it is none that follows.'),
  lag_seconds: number('The same in seconds.'),
}

/** How one region is. */
export const region: DataSource<GatewayClient> = {
  schema: {
    description:
      'The role of a region and the version of the configuration that it has: of the region that is named, or of the one whose control plane answers.',
    attributes: {
      region: {
        description:
          'The name of the region, one of whose control planes is among the endpoints. Default: that of the control plane that answers.',
        ...{ type: 'string', presence: 'optional-computed' },
      },
      ...TOLD,
    },
  },
  async read({ admin }, config, { signal }) {
    if (isNull(config.region)) {
      const state = (await admin.get(REGION_PATH, signal)) as RegionState | undefined
      if (state) return toldOf(state)
      throw refused('This is no control plane of Antipode', 'It knows nothing of a region (GET /antipode/region).')
    }
    const { states, silent } = await regionStates(admin, signal)
    const state = states.find(({ region }) => region === config.region)
    if (state) return toldOf(state)
    const others = `Those that answer are of ${states.map(({ region }) => region).join(', ')}.`
    throw refused(`No endpoint is a control plane of ${String(config.region)}`, [others, ...silent].join(' '), [
      'region',
    ])
  },
}

/** How all regions are whose control planes are named. */
export const regions: DataSource<GatewayClient> = {
  schema: {
    description: 'How every region is whose control planes are among the endpoints of the provider and answer.',
    attributes: {
      regions: {
        description: 'By the name of the region.',
        ...{ presence: 'computed', nesting: 'map' },
        attributes: { region: text('The name of the region.'), ...TOLD },
      },
      writer: text('The region that writes for all. Null where several write, or nobody knows.'),
    },
  },
  async read({ admin }, _config, { signal, warn }) {
    const { states, silent } = await regionStates(admin, signal)
    for (const detail of silent) warn({ summary: 'A control plane does not answer', detail })
    const newest = Math.max(...states.map(({ epoch }) => epoch))
    const alone = new Set(states.map(({ lineage }) => lineage)).size === 1
    const { writer } = states.find(({ epoch }) => epoch === newest)!
    return {
      regions: Object.fromEntries(states.map((state) => [state.region, toldOf(state)])),
      writer: alone ? writer : null,
    }
  },
}

function toldOf(state: RegionState): ValueObject {
  const { region, role, reason, writer, lineage, epoch, revision, durability, lag } = state
  return {
    ...{ region, role, reason, writer, lineage, epoch, revision, durability },
    ...{ lag_bytes: lag?.bytes ?? null, lag_seconds: lag?.seconds ?? null },
  }
}
