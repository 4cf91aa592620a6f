import { type GatewayClient, idOfName } from '../admin-api/gateway-client.ts'
import { type Problem, Refused } from '../framework/problem.ts'
import { type CallContext, type Change, Incomplete } from '../framework/provider.ts'
import type { NestedAttribute } from '../framework/schema.ts'
import { attributeType } from '../framework/schema.ts'
import {
  elementType,
  isList,
  isNull,
  isObject,
  isSame,
  isWhollyKnown,
  type Json,
  type JsonObject,
  type Type,
  UNKNOWN,
  type Value,
  type ValueObject,
} from '../framework/values.ts'
import { MODEL } from '../schema/model.ts'
import { masked } from './secrets.ts'

const PLUGINS = Object.keys(MODEL.credentials)

const CONFIG =
  'such as `{ key = "…" }`. Values are written as text; numbers and switches become what the plugin expects.'

/** The credentials of a consumer. Their secrets go in and never come out. */
export const CREDENTIALS: NestedAttribute = {
  description: 'By what calls are recognised as those of the consumer.',
  ...{ presence: 'optional', nesting: 'list' },
  attributes: {
    id: {
      description:
        'The id of the credential. Default: made from the names of its consumer and its own, as ADC makes it.',
      ...{ type: 'string', presence: 'optional-computed' },
    },
    name: { description: 'Its name, unique within the consumer.', type: 'string', presence: 'required' },
    type: {
      description: `The plugin that it is for, such as ${PLUGINS.map((name) => `\`${name}\``).join(', ')}.`,
      ...{ type: 'string', presence: 'required' },
    },
    config: {
      description: `What of the plugin's configuration is no secret, or a reference \`$secret://…\` or \`$env://…\`, ${CONFIG}`,
      ...{ type: ['map', 'string'], presence: 'optional' },
    },
    config_wo: {
      description: `The plugin's configuration, ${CONFIG} Write-only: it is sent to the control plane and kept in no plan and no state.`,
      ...{ type: ['map', 'string'], presence: 'optional', writeOnly: true, sensitive: true },
    },
    config_wo_version: {
      description: 'Any number; another one says that `config_wo` has changed and is to be sent again.',
      ...{ type: 'number', presence: 'optional' },
    },
    labels: { description: 'Labels by their names.', type: ['map', 'string'], presence: 'optional' },
    desc: { description: 'What it is for. At most 256 characters.', type: 'string', presence: 'optional' },
  },
}

const TYPE = attributeType(CREDENTIALS)
const SET_OF_THEM: Type = ['set', elementType(TYPE, 0)]
const ATTRIBUTES = { credentials: CREDENTIALS }

/** Gives each its id, and asks the control plane whether it would take them. */
export async function planCredentials(
  client: GatewayClient | undefined,
  { prior, planned, config }: Change,
  { signal }: CallContext,
): Promise<ValueObject> {
  if (!isList(planned.credentials)) return planned
  const written = credentialsOf(config.credentials)
  // Not the id of whatever stood at the same place in the list before.
  const credentials = planned.credentials.map((credential, index) => {
    return withId({ ...(credential as ValueObject), id: written[index]?.id ?? null }, planned.username ?? null)
  })
  const judged = credentials.flatMap((credential, index) => {
    const own = written[index]
    if (!own || !isWhollyKnown(own) || !hasSecret(own) || !isObject(credential) || !isWhollyKnown(credential.id!))
      return []
    return [{ index, body: { ...bodyOf(own), id: `${String(planned.username)}/credentials/${String(credential.id)}` } }]
  })
  const before = prior?.credentials ?? null
  // Their order says nothing; what is imported comes in the control plane's.
  if (isSame(SET_OF_THEM, before, credentials)) return { ...planned, credentials: before }
  if (client && judged.length > 0) {
    const complaints = await client.validate(
      'consumers',
      judged.map(({ body }) => body),
      signal,
    )
    const problems = [...complaints].map(
      ([at, complaint]): Problem => ({
        severity: 'error',
        summary: 'The control plane would refuse this credential',
        detail: `${complaint}.`,
        path: ['credentials', judged[at]?.index ?? 0],
      }),
    )
    if (problems.length > 0) throw new Refused(masked(problems, ATTRIBUTES, config))
  }
  return { ...planned, credentials }
}

/** In the order of the state; those that Terraform does not know stand behind. */
export async function readCredentials(
  client: GatewayClient,
  { username, credentials }: ValueObject,
  { signal }: CallContext,
): Promise<Value> {
  const stored = await storedCredentials(client, String(username), signal)
  const known = credentialsOf(credentials)
  const found = known.flatMap((credential) => {
    const value = stored.get(String(credential.id))
    return value ? [stateOf(value, credential)] : []
  })
  const ids = new Set(known.map(({ id }) => String(id)))
  const others = [...stored].filter(([id]) => !ids.has(id)).map(([, value]) => stateOf(value, {}))
  const all = [...found, ...others]
  return all.length === 0 && isNull(credentials) ? null : all
}

/**
 * Writes those that are new or changed, and deletes those that are no longer written.
 *
 * @throws Incomplete with what was written before one was refused
 */
export async function writeCredentials(
  client: GatewayClient,
  { prior, planned, config }: Change,
  { signal }: CallContext,
): Promise<Value> {
  const before = credentialsOf(prior?.credentials)
  const written = credentialsOf(config.credentials)
  const done: ValueObject[] = [...before]
  const wanted = credentialsOf(planned.credentials).map((credential) => withId(credential, planned.username ?? null))
  const place = (id: Value | undefined) => `${String(planned.username)}/${String(id)}`
  try {
    for (const { id } of before.filter((old) => !wanted.some(({ id }) => id === old.id))) {
      await client.delete('credentials', place(id), signal)
      done.splice(
        done.findIndex((credential) => credential.id === id),
        1,
      )
    }
    for (const [index, credential] of wanted.entries()) {
      const old = before.find(({ id }) => id === credential.id)
      if (old && isSame(TYPE, [old], [credential])) continue
      const body = { ...bodyOf(written[index] ?? credential), id: String(credential.id) }
      await client.put('credentials', place(credential.id), body, signal)
      done.splice(old ? done.findIndex(({ id }) => id === credential.id) : done.length, old ? 1 : 0, credential)
    }
  } catch (error) {
    const problems = error instanceof Refused ? masked(error.problems, ATTRIBUTES, config) : undefined
    throw new Incomplete({ ...planned, credentials: done }, problems ? new Refused(problems) : error)
  }
  return isNull(planned.credentials) ? null : wanted
}

export async function deleteCredentials(client: GatewayClient, { username }: ValueObject, { signal }: CallContext) {
  for (const id of (await storedCredentials(client, String(username), signal)).keys()) {
    await client.delete('credentials', `${String(username)}/${id}`, signal)
  }
}

async function storedCredentials(client: GatewayClient, username: string, signal: AbortSignal) {
  const found = (await client.admin.get(
    `/apisix/admin/consumers/${encodeURIComponent(username)}/credentials`,
    signal,
  )) as { list: { value: JsonObject }[] } | undefined
  return new Map((found?.list ?? []).map(({ value }) => [String(value.id), value]))
}

function credentialsOf(value: Value | undefined): readonly ValueObject[] {
  return isList(value) ? value.filter(isObject) : []
}

function withId(credential: Value, username: Value): ValueObject {
  const { id = null, name = null, ...others } = credential as ValueObject
  if (id !== UNKNOWN && id !== null) return { id, name, ...others }
  const made = typeof username === 'string' && typeof name === 'string' ? idOfName(`${username}.${name}`) : UNKNOWN
  return { id: made, name, ...others }
}

function hasSecret({ config_wo = null, config = null }: ValueObject): boolean {
  return !isNull(config_wo) || !isNull(config)
}

function bodyOf({ name, type, config = null, config_wo = null, labels = null, desc = null }: ValueObject): JsonObject {
  const fields = { ...(isObject(config) ? config : {}), ...(isObject(config_wo) ? config_wo : {}) }
  const { properties = {} } = MODEL.credentials[String(type)] ?? {}
  const typed = Object.entries(fields).map(([field, text]) => [field, fromText(String(text), properties[field]?.type)])
  return {
    ...{ name: name as Json, plugins: { [String(type)]: Object.fromEntries(typed) } },
    ...(labels !== null && { labels: labels as Json }),
    ...(desc !== null && { desc: desc as Json }),
  }
}

function fromText(text: string, type: string | undefined): Json {
  if (type === 'boolean' && /^(true|false)$/.test(text)) return text === 'true'
  return (type === 'integer' || type === 'number') && text.trim() !== '' && !Number.isNaN(Number(text))
    ? Number(text)
    : text
}

/** A stored credential without its secrets: of its configuration only what the state already tells. */
function stateOf({ id, name, plugins, labels, desc }: JsonObject, before: ValueObject): ValueObject {
  const [[type, stored] = ['', {}]] = Object.entries((plugins ?? {}) as Record<string, JsonObject>)
  const told = isObject(before.config)
    ? Object.keys(before.config).filter((field) => stored[field] !== undefined)
    : null
  const textOf = (value: Json | undefined) => (typeof value === 'string' ? value : JSON.stringify(value))
  return {
    ...{ id: id as Value, name: (name ?? id) as Value, type },
    config: told && Object.fromEntries(told.map((field) => [field, textOf(stored[field])])),
    ...{ config_wo: null, config_wo_version: before.config_wo_version ?? null },
    ...{ labels: (labels ?? null) as Value, desc: (desc ?? null) as Value },
  }
}
