import { refusal } from '../admin-api/admin-client.ts'
import { type GatewayClient, idOfName } from '../admin-api/gateway-client.ts'
import { type Problem, Refused } from '../framework/problem.ts'
import type { Resource } from '../framework/provider.ts'
import type { Attributes } from '../framework/schema.ts'
import { type JsonObject, UNKNOWN, type ValueObject } from '../framework/values.ts'
import { fromBody, toBody } from '../schema/attribute-json.ts'
import { alreadyThere, gone, plannedTwice } from './taken-id.ts'

export interface AccountKind {
  /** Below `/api`. */
  readonly collection: 'roles' | 'permission_policies' | 'gateway_groups'
  readonly noun: string
  /** Markdown. */
  readonly description: string
  readonly fields: Attributes
  /** What is wrong with a configuration by itself; values may be unknown. @default nothing */
  readonly validate?: (config: ValueObject) => readonly Problem[]
  /** What of a configuration refers to something that will not be there. @default nothing refers to anything */
  readonly checkReferences?: (client: GatewayClient, config: ValueObject, signal: AbortSignal) => Promise<Problem[]>
  /** Who would have to let go of it first, in words. @default nobody */
  readonly usedBy?: (client: GatewayClient, id: string, signal: AbortSignal) => Promise<string | undefined>
  /** @default SHA-1 of the name */
  readonly idOfName?: (name: string) => string
  readonly idDescription: string
}

export const NAME: Attributes = {
  name: { description: 'Its name. At most 256 characters.', type: 'string', presence: 'required' },
}

export const LABELS: Attributes = {
  labels: { description: 'Labels by their names.', type: ['map', 'string'], presence: 'optional' },
}

/** Something that is not configuration of a gateway, but of who may do what, and where: an object below `/api`. */
export function accountResource(kind: AccountKind): Resource<GatewayClient> {
  const { collection, noun, description, fields, idDescription } = kind
  const idOf = kind.idOfName ?? idOfName
  const pathOf = (id: string) => `/api/${collection}/${encodeURIComponent(id)}`
  const find = async (client: GatewayClient, id: string, signal: AbortSignal): Promise<JsonObject | undefined> => {
    const found = (await client.admin.get(pathOf(id), signal)) as { value: JsonObject } | undefined
    return found?.value
  }
  const idFor = ({ id, name = null }: ValueObject) => {
    if (id !== UNKNOWN) return id!
    return typeof name === 'string' ? idOf(name) : UNKNOWN
  }

  return {
    schema: {
      description,
      attributes: {
        id: { description: idDescription, type: 'string', presence: 'optional-computed', replaces: true },
        ...fields,
      },
    },

    ...(kind.validate && { validate: kind.validate }),

    seen: (client, { id }) => client?.planned.know(collection, String(id)),

    async plan(client, { prior, planned, config }, { signal }) {
      const id = idFor(planned)
      if (!client) return { ...planned, id }
      const problems = (await kind.checkReferences?.(client, config, signal)) ?? []
      if (typeof id === 'string') {
        const isNew = !prior && !client.planned.isKnown(collection, id)
        if (isNew && client.planned.outcome(collection, id) === 'kept') problems.push(plannedTwice(noun, id))
        else if (isNew && (await find(client, id, signal))) problems.push(alreadyThere(noun, id))
        client.planned.keep(collection, id)
      }
      if (problems.length > 0) throw new Refused(problems)
      return { ...planned, id }
    },

    async planDeletion(client, { prior }, { signal, warn }) {
      const id = String(prior.id)
      client?.planned.delete(collection, id)
      const users = client && (await kind.usedBy?.(client, id, signal))
      if (users === undefined) return
      const detail = `${users} The control plane refuses the delete as long as that is so.`
      warn({ summary: `The ${noun} ${id} is still used, and may not be deleted`, detail })
    },

    async read(client, state, { signal, warn }) {
      const id = String(state.id)
      const stored = await find(client, id, signal)
      if (!stored) warn(gone(noun, id))
      return stored ? { ...fromBody(fields, withoutEmpty(stored), state), id } : null
    },

    async apply(client, { prior, planned, config }, { signal }) {
      const id = String(idFor(planned))
      if (!prior && (await find(client, id, signal))) throw new Refused([alreadyThere(noun, id)])
      const response = await client.admin.write('PUT', pathOf(id), toBody(fields, config), signal)
      if (response.status > 299) throw refusal('PUT', pathOf(id), response)
      return { ...planned, id }
    },

    async delete(client, { id }, { signal }) {
      const response = await client.admin.write('DELETE', pathOf(String(id)), undefined, signal)
      if (response.status > 299 && response.status !== 404) throw refusal('DELETE', pathOf(String(id)), response)
    },
  }
}

/** Here the control plane shows what is not set as empty. */
function withoutEmpty(value: JsonObject): JsonObject {
  const isEmpty = (item: unknown) =>
    item === '' || (typeof item === 'object' && item !== null && Object.keys(item).length === 0)
  return Object.fromEntries(Object.entries(value).filter(([, item]) => !isEmpty(item)))
}
