import type { ResourceType } from '../../runtime/model/resource.ts'
import { InDoubt } from '../admin-api/admin-client.ts'
import { type GatewayClient, idOfName } from '../admin-api/gateway-client.ts'
import { lazy } from '../framework/lazy.ts'
import { type Problem, Refused, refused } from '../framework/problem.ts'
import { type Change, Incomplete, type Resource } from '../framework/provider.ts'
import type { Attributes } from '../framework/schema.ts'
import { isNull, isUnknown, type JsonObject, UNKNOWN, type ValueObject } from '../framework/values.ts'
import { fromBody, toBody } from '../schema/attribute-json.ts'
import { type Derivation, deriveAttributes } from '../schema/derive-attributes.ts'
import type { JsonSchema } from '../schema/json-schema.ts'
import { MODEL } from '../schema/model.ts'
import { checkPlan } from './check-plan.ts'
import { groupOf, IN_GROUP, importedFrom, leavesGroup } from './gateway-group.ts'
import { literalSecrets } from './literal-secrets.ts'
import { type Reference, valueAt } from './references.ts'
import { masked } from './secrets.ts'
import { alreadyThere, gone } from './taken-id.ts'
import { warnOfUsers } from './usages.ts'

export interface ConfigurationKind extends Derivation {
  readonly collection: ResourceType
  /** As texts name one of them. */
  readonly noun: string
  /** Markdown. */
  readonly description: string
  /** @default that of the collection */
  readonly schema?: JsonSchema
  /** Attributes that say where the resource is; they are no part of what is sent. */
  readonly own?: Attributes
  /** Fields that hold ids of others. */
  readonly references?: readonly Reference[]
  /**
   * The id where none is given; undefined where it depends on what is not known yet.
   *
   * @default SHA-1 of the name
   */
  readonly idOf?: (
    config: ValueObject,
    client: GatewayClient | undefined,
    signal: AbortSignal,
  ) => Promise<string | undefined>
  /** Why no id can be made of a configuration. */
  readonly idIsDue?: (config: ValueObject) => string | undefined
  /** @default an id may be given */
  readonly idPresence?: 'computed'
  /** The field of the body that holds it. @default 'id' */
  readonly idField?: string
  /** What stands at `id`. */
  readonly idDescription?: string
  /** What of the state the id gives, where something is imported. @default the id alone */
  readonly import?: (id: string) => ValueObject
  /** How many steps an id has, such as 2 in `vault/main`. @default 1 */
  readonly idSteps?: number
  /** The body of a request. @default the fields, and the id */
  readonly toStored?: (body: JsonObject, id: string) => JsonObject
  /** The body of a stored resource in the form that the attributes have. @default as it is */
  readonly fromStored?: (value: JsonObject) => JsonObject
  /** Secret fields that are never told: where none of them is written, a change leaves them alone. */
  readonly untold?: readonly string[]
}

const TIMES = ['create_time', 'update_time']

/**
 * A resource of the configuration: one object of the Admin API, whose fields are the attributes. The control plane judges
 * what is planned before anything is applied, and keeps exactly what is written.
 */
export function configurationResource(kind: ConfigurationKind): Resource<GatewayClient> {
  const { collection, noun, description, own = {}, idOf = idFromName, fromStored = (value) => value } = kind
  const omitted = [...TIMES, 'id', ...(kind.omitted ?? [])]
  // Most plans are about a few of all the types that there are.
  const fieldsOf = lazy(() => deriveAttributes(kind.schema ?? MODEL.resources[collection]!, { ...kind, omitted }))
  const attributesOf = lazy(
    (): Attributes => ({
      id: {
        description: kind.idDescription ?? `The id of the ${noun}. Default: made from its name, as ADC makes it.`,
        ...{ type: 'string', presence: kind.idPresence ?? 'optional-computed', replaces: true },
      },
      ...own,
      ...IN_GROUP,
      ...fieldsOf(),
    }),
  )

  return {
    schema: {
      description,
      get attributes() {
        return attributesOf()
      },
    },
    import(given) {
      const { id, in: group } = importedFrom(given, kind.idSteps)
      return { ...(kind.import?.(id) ?? { id }), ...group }
    },
    validate: (config) => [...checkIdentity(kind, config), ...literalSecrets(config)],

    async plan(ofProvider, { prior, planned, config }, { signal }) {
      const client = groupOf(ofProvider, config)
      const id = planned.id === UNKNOWN ? ((await idOf(config, client, signal)) ?? UNKNOWN) : planned.id!
      const isUnchanged = planned === prior
      // Core plans it once more, as a new one there.
      if (prior && leavesGroup(ofProvider, prior, planned)) {
        groupOf(ofProvider, prior)?.planned.delete(collection, String(prior.id))
      } else if (client) await checkPlan({ client, kind, fields: fieldsOf(), prior, isUnchanged, id, config, signal })
      return { ...planned, id }
    },

    replaces: (client, prior, planned) => (leavesGroup(client, prior, planned) ? ['gateway_group'] : []),

    seen: (client, state) => groupOf(client, state)?.planned.know(collection, String(state.id)),

    async planDeletion(ofProvider, { prior }, context) {
      const client = groupOf(ofProvider, prior)
      const id = String(prior.id)
      client?.planned.delete(collection, id)
      if (client) await warnOfUsers(client, { type: collection, noun, id }, context)
    },

    async read(client, state, { signal, warn }) {
      const id = String(state.id)
      const stored = await groupOf(client, state).find(collection, id, signal)
      if (stored) return { ...state, ...fromBody(fieldsOf(), fromStored(stored), state), id }
      warn(gone(noun, id))
      return null
    },

    async apply(ofProvider, change, { signal }) {
      const client = groupOf(ofProvider, change.planned)
      const id = isUnknown(change.planned.id) ? await idOf(change.config, client, signal) : String(change.planned.id)
      if (id === undefined)
        throw refused(`No id can be made for the ${noun}`, 'What it is made of is not there.', ['id'])
      const fields = fieldsOf()
      await hidingSecrets(fields, change, id, async () => {
        if (!change.prior) await demandAbsent(client, kind, id, signal)
        const body = bodyOf(kind, toBody(fields, change.config), id)
        if (change.prior && leavesSecretsAlone(kind, change.config)) {
          await client.patch(collection, id, withRemovals(fields, change.prior, body), signal)
        } else await client.put(collection, id, body, signal)
      })
      return { ...change.planned, id }
    },

    delete: (client, state, { signal }) => groupOf(client, state).delete(collection, String(state.id), signal),
  }
}

export function bodyOf({ toStored, idField = 'id' }: ConfigurationKind, body: JsonObject, id: string): JsonObject {
  return toStored ? toStored(body, id) : { ...body, [idField]: id }
}

/** Whether a change is written without the secrets that only whoever created the resource has. */
export function leavesSecretsAlone({ untold = [] }: ConfigurationKind, config: ValueObject): boolean {
  const isUnwritten = (path: string) => isNull(valueAt(config, `${path}_wo`.split('.')))
  return untold.length > 0 && untold.every(isUnwritten)
}

async function idFromName({ name }: ValueObject): Promise<string | undefined> {
  return typeof name === 'string' ? idOfName(name) : undefined
}

function checkIdentity(
  { noun, idOf, idIsDue, idPresence }: ConfigurationKind,
  config: ValueObject,
): readonly Problem[] {
  if (!isNull(config.id) || idPresence) return []
  const unnamed =
    !idOf && isNull(config.name) ? `The ${noun} needs a name, of which its id is made, or an id.` : undefined
  const detail = unnamed ?? idIsDue?.(config)
  return detail === undefined ? [] : [{ severity: 'error', summary: 'An id is missing', detail, path: ['id'] }]
}

async function demandAbsent(
  client: GatewayClient,
  { collection, noun }: ConfigurationKind,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  if (await client.find(collection, id, signal)) throw new Refused([alreadyThere(noun, id)])
}

/** A patch that takes away what is no longer written. */
function withRemovals(attributes: Attributes, prior: ValueObject, body: JsonObject): JsonObject {
  const gone = Object.keys(toBody(attributes, prior)).filter((name) => body[name] === undefined)
  return { ...body, ...Object.fromEntries(gone.map((name) => [name, null])) }
}

/** Whatever a control plane says of a value that it refuses: no secret of the configuration is repeated. */
async function hidingSecrets(
  attributes: Attributes,
  { prior, planned, config }: Change,
  id: string,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    const told = new Refused(masked(error.problems, attributes, config))
    // Terraform makes sure of it with the next plan: it finds the resource, or that it is not there.
    throw error instanceof InDoubt && !prior ? new Incomplete({ ...planned, id }, told) : told
  }
}
