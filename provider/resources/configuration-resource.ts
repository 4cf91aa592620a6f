import type { ResourceType } from '../../runtime/model/resource.ts'
import { type GatewayClient, idOfName } from '../admin-api/gateway-client.ts'
import { type Problem, Refused } from '../framework/problem.ts'
import type { CallContext, Change, Resource } from '../framework/provider.ts'
import type { Attributes } from '../framework/schema.ts'
import { isNull, isUnknown, type JsonObject, UNKNOWN, type ValueObject } from '../framework/values.ts'
import { fromBody, toBody } from '../schema/attribute-json.ts'
import { type Derivation, deriveAttributes } from '../schema/derive-attributes.ts'
import type { JsonSchema } from '../schema/json-schema.ts'
import { checkPlan } from './check-plan.ts'
import type { Reference } from './references.ts'
import { masked } from './secrets.ts'
import { alreadyThere } from './taken-id.ts'

export interface ConfigurationKind extends Derivation {
  readonly collection: ResourceType
  /** As texts name one of them. */
  readonly noun: string
  /** Markdown. */
  readonly description: string
  /** JSON Schema. */
  readonly schema: object
  /** Attributes beside those of the schema. */
  readonly own?: Attributes
  /** Fields that hold ids of others. */
  readonly references?: readonly Reference[]
  /** What is known of the id where none is given; unknown where it depends on what is. @default SHA-1 of the name */
  readonly idOf?: (
    config: ValueObject,
    client: GatewayClient | undefined,
    signal: AbortSignal,
  ) => Promise<string | undefined>
  /** The field of the body that holds it. @default 'id' */
  readonly idField?: string
  /** What stands at `id`. */
  readonly idDescription?: string
  /** The body of a stored resource in the form that the attributes have. @default as it is */
  readonly fromStored?: (value: JsonObject) => JsonObject
  /** Fields that a change without them must leave alone, since the control plane never tells them. */
  readonly untold?: readonly string[]
}

const TIMES = ['create_time', 'update_time']

/**
 * A resource of the configuration: one object of the Admin API, whose fields are the attributes. The control plane judges
 * what is planned before anything is applied, and keeps exactly what is written.
 */
export function configurationResource(kind: ConfigurationKind): Resource<GatewayClient> {
  const {
    collection,
    noun,
    description,
    own = {},
    idOf = idFromName,
    fromStored = asItIs,
    untold = [],
    idField = 'id',
  } = kind
  const schema = kind.schema as JsonSchema
  const omitted = [...TIMES, 'id', ...(kind.omitted ?? [])]
  const attributes: Attributes = {
    id: {
      description: kind.idDescription ?? `The id of the ${noun}. Default: made from its name, as ADC makes it.`,
      ...{ type: 'string', presence: 'optional-computed', replaces: true },
    },
    ...deriveAttributes(schema, { ...kind, omitted }),
    ...own,
  }

  const read = async (client: GatewayClient, state: ValueObject, { signal, warn }: CallContext) => {
    const id = String(state.id)
    client.planned.know(collection, id)
    const stored = await client.find(collection, id, signal)
    if (stored) return { ...fromBody(attributes, fromStored(stored), state), id }
    const isImport = Object.entries(state).every(([name, value]) => name === 'id' || isNull(value))
    if (!isImport) {
      warn({
        summary: `The ${noun} ${id} is gone`,
        detail: 'It was deleted outside of Terraform, and will be created again.',
      })
    }
    return null
  }

  return {
    schema: { description, attributes },
    validate: (config) => checkIdentity(kind, config),
    async plan(client, { prior, planned, config }, { signal }) {
      const id = planned.id === UNKNOWN ? ((await idOf(config, client, signal)) ?? UNKNOWN) : planned.id!
      const complete = { ...planned, id }
      if (client) await checkPlan({ client, kind, attributes, prior, id, config, signal })
      return complete
    },
    async planDeletion(client, { prior }) {
      client?.planned.know(collection, String(prior.id))
      client?.planned.delete(collection, String(prior.id))
    },
    read,
    async apply(client, change, { signal }) {
      const id = String(isUnknown(change.planned.id) ? await idOf(change.config, client, signal) : change.planned.id)
      await hidingSecrets(attributes, change, async () => {
        if (!change.prior) await demandAbsent(client, kind, id, signal)
        const body = { ...toBody(attributes, change.config), [idField]: id }
        if (change.prior && untold.some((field) => body[field] === undefined)) {
          await client.patch(collection, id, withRemovals(attributes, change, body, untold), signal)
        } else await client.put(collection, id, body, signal)
      })
      return { ...change.planned, id }
    },
    delete: (client, { id }, { signal }) => client.delete(collection, String(id), signal),
  }
}

const asItIs = (value: JsonObject): JsonObject => value

async function idFromName({ name }: ValueObject): Promise<string | undefined> {
  return typeof name === 'string' ? idOfName(name) : undefined
}

function checkIdentity({ noun, idOf, schema }: ConfigurationKind, config: ValueObject): readonly Problem[] {
  if (idOf || !(schema as JsonSchema).properties?.name || !isNull(config.id) || !isNull(config.name)) return []
  const detail = `A ${noun} needs a name, of which its id is made, or an id.`
  return [{ severity: 'error', summary: 'Neither id nor name is given', detail, path: ['name'] }]
}

async function demandAbsent(
  client: GatewayClient,
  { collection, noun }: ConfigurationKind,
  id: string,
  signal: AbortSignal,
) {
  if (await client.find(collection, id, signal)) throw new Refused([alreadyThere(noun, id)])
}

/** A patch that takes away what is no longer written. */
function withRemovals(
  attributes: Attributes,
  { prior }: Change,
  body: JsonObject,
  untold: readonly string[],
): JsonObject {
  const before = toBody(attributes, prior ?? {})
  const gone = Object.keys(before).filter((name) => body[name] === undefined && !untold.includes(name))
  return { ...body, ...Object.fromEntries(gone.map((name) => [name, null])) }
}

/** Whatever a control plane says of a value that it refuses: no secret of the configuration is repeated. */
async function hidingSecrets(attributes: Attributes, { config }: Change, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    throw new Refused(masked(error.problems, attributes, config))
  }
}
