import { type TSchema, Type } from 'typebox'
import { SERVICE_REGISTRIES } from '../../model/service-registry.ts'
import type { ServiceEndpoint, ServiceOperation } from '../admin-api/service-endpoint.ts'
import { MAX_PAGE_SIZE } from '../api7ee/read-flat.ts'
import { GatewayGroupBody } from './gateway-groups.ts'
import { PromotionBody, RollbackBody } from './promotion/promotions.ts'
import { VariableBody } from './variables.ts'

const GROUP = '/api/gateway_groups/{group}'
const TAG = 'gateway groups'

const text = Type.String()
const time = Type.String({ format: 'date-time' })
const seconds = Type.Integer()
const orNull = (schema: TSchema) => Type.Union([schema, Type.Null()])
const times = { create_time: seconds, update_time: seconds }
const labels = Type.Object({}, { additionalProperties: text })
const version = orNull(Type.Object({ epoch: Type.Integer(), revision: Type.Integer() }))
const action = Type.Enum(['create', 'update', 'delete', 'unchanged'])
const anything = Type.Optional(orNull(Type.Object({})))

const Group = Type.Object({
  ...{ id: text, name: text, description: text, labels },
  ...{ create_time: Type.Optional(seconds), update_time: Type.Optional(seconds) },
})
const Key = Type.Object({
  ...{ id: text, group: text, ...times },
  key: Type.Optional(Type.String({ description: 'the key itself: in the answer that makes it, and never again' })),
})
const Instance = Type.Object({
  ...{ id: text, hostname: text, group: text, region: text },
  status: Type.Enum(['Healthy', 'Only Heartbeat', 'Lost Connection', 'Offline']),
  since: Type.Optional(time),
  reason: Type.Optional(orNull(Type.String({ description: 'why it does not serve what was published' }))),
  refused: Type.Optional(Type.Array(Type.Object({ type: text, id: text, reason: text }))),
  labels: Type.Optional(labels),
  runtimeVersion: Type.Optional(text),
  ...{ lineage: orNull(text), version, hash: orNull(text), lastSeen: time },
  certificate: Type.Optional(Type.Object({ serial: text, expires: time, origin: text, authority: orNull(text) })),
})
const Event = Type.Object({ at: time, from: orNull(text), to: text, reason: orNull(text), region: text })
const Variable = Type.Object({
  ...{ name: text, value: Type.String({ description: '*** for a secret one' }), secret: Type.Boolean() },
  ...{ description: Type.Optional(text), ...times },
})
const RegistryBody = Type.Union(Object.values(SERVICE_REGISTRIES))
const Registry = Type.Object({ id: text, name: text, type: Type.Enum(Object.keys(SERVICE_REGISTRIES)), ...times })
const Change = Type.Object({
  ...{ type: text, id: text, action, shared: Type.Boolean() },
  ...{ fields: Type.Optional(Type.Array(text)), before: anything, after: anything },
})
const promotion = {
  ...{ id: text, source: text, target: text, service: text, description: Type.Optional(text), by: text },
  ...{ status: Type.Enum(['applied', 'rolled_back']), ...times },
}
const missing_variables = Type.Optional(Type.Array(text))
const Promotion = Type.Object({ ...promotion, changes: Type.Array(Change), missing_variables })
const Plan = Type.Object({ source: text, target: text, service: text, changes: Type.Array(Change), missing_variables })

const pages = {
  page: Type.Optional(Type.Integer({ minimum: 1 })),
  page_size: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_PAGE_SIZE })),
}
const ListQuery = Type.Object({
  search: Type.Optional(Type.String({ description: 'what the name holds' })),
  name: Type.Optional(Type.String({ description: 'the whole name' })),
  ...pages,
})
const InstanceQuery = Type.Object({
  ...ListQuery.properties,
  ...{ status: Type.Optional(text), region: Type.Optional(text) },
  version: Type.Optional(Type.String({ description: 'the release that it runs' })),
})
const Force = (description: string) => Type.Object({ force: Type.Optional(Type.Boolean({ description })) })

/** Gateway groups, and what each has beside its configuration. */
export const GROUP_ENDPOINTS: readonly ServiceEndpoint[] = [
  endpoint('/api/gateway_groups', {
    GET: listOf(Group, 'List: gateway group', ListQuery),
    POST: {
      ...{ summary: 'Create: gateway group', body: GatewayGroupBody, writes: true },
      answers: { 201: answer('Created', value(Group)) },
    },
  }),
  endpoint(GROUP, {
    GET: oneOf(Group, 'Read: gateway group'),
    PUT: { summary: 'Create or replace: gateway group', body: GatewayGroupBody, writes: true, answers: put(Group) },
    PATCH: {
      ...{ summary: 'Change: gateway group', patches: true, writes: true },
      answers: { 200: answer('Changed', value(Group)) },
    },
    DELETE: {
      ...{ summary: 'Delete: gateway group', query: Force('delete all that it holds too'), writes: true },
      answers: { 200: answer('Deleted', value(Type.Object({ id: text, deleted: Type.Literal(true) }))) },
    },
  }),
  endpoint(`${GROUP}/admin_key`, {
    GET: oneOf(Key, 'The key of a gateway group, without its secret'),
    POST: keyMade(),
    PUT: keyMade(),
    DELETE: {
      ...{ summary: 'End the key of a gateway group', writes: true },
      answers: { 200: answer('Ended', value(Type.Object({ group: text, deleted: Type.Literal(true) }))) },
    },
  }),
  endpoint(`${GROUP}/instances`, { GET: listOf(Instance, 'The gateway instances of a group', InstanceQuery) }),
  endpoint(`${GROUP}/instances/{instance}`, { GET: oneOf(Instance, 'One gateway instance') }),
  endpoint(`${GROUP}/instances/{instance}/events`, {
    GET: listOf(Event, 'What has become of a gateway instance, the newest first', Type.Object(pages)),
  }),
  endpoint(`${GROUP}/variables`, { GET: listOf(Variable, 'The environment variables of a group', ListQuery) }),
  endpoint(`${GROUP}/variables/{variable}`, {
    GET: oneOf(Variable, 'One environment variable'),
    PUT: { summary: 'Set an environment variable', body: VariableBody, writes: true, answers: put(Variable) },
    DELETE: {
      ...{ summary: 'Remove an environment variable', writes: true },
      answers: { 200: answer('Removed', value(Type.Object({ name: text, deleted: Type.Literal(true) }))) },
    },
  }),
  endpoint(`${GROUP}/service_registries`, {
    GET: listOf(Registry, 'The service registries of a group', ListQuery),
    POST: {
      ...{ summary: 'Create: service registry', body: RegistryBody, writes: true },
      answers: { 201: answer('Created', value(Registry)) },
    },
  }),
  endpoint(`${GROUP}/service_registries/{registry}`, {
    GET: oneOf(Registry, 'Read: service registry'),
    PUT: { summary: 'Create or replace: service registry', body: RegistryBody, writes: true, answers: put(Registry) },
    PATCH: {
      ...{ summary: 'Change: service registry', patches: true, writes: true },
      answers: { 200: answer('Changed', value(Registry)) },
    },
    DELETE: {
      ...{ summary: 'Delete: service registry', writes: true },
      answers: { 200: answer('Deleted', value(Type.Object({ id: text, deleted: Type.Literal(true) }))) },
    },
  }),
  endpoint(`${GROUP}/promotions`, {
    GET: listOf(Type.Object(promotion), 'Promotions into a group, the newest first', Type.Object(pages)),
    POST: {
      ...{ summary: 'Promote a service from another group, or show what that would change' },
      ...{ body: PromotionBody, writes: true },
      answers: { 200: answer('What would change', value(Plan)), 201: answer('Promoted', value(Promotion)) },
    },
  }),
  endpoint(`${GROUP}/promotions/{promotion}`, { GET: oneOf(Promotion, 'One promotion, with what it changed') }),
  endpoint(`${GROUP}/promotions/{promotion}/rollback`, {
    POST: {
      ...{ summary: 'Take a promotion back, or show what that would change' },
      ...{ body: RollbackBody, mayBeEmpty: true, writes: true },
      answers: { 200: answer('Taken back, or what would change', value(Promotion)) },
    },
  }),
]

function endpoint(path: string, operations: ServiceEndpoint['operations']): ServiceEndpoint {
  return { path, tag: TAG, operations }
}

function answer(description: string, schema: TSchema) {
  return { description, schema }
}

function value(schema: TSchema): TSchema {
  return Type.Object({ value: schema })
}

function listOf(schema: TSchema, summary: string, query: typeof ListQuery | ReturnType<typeof Type.Object>) {
  const list = Type.Object({ list: Type.Array(schema), total: Type.Integer() })
  return { summary, query, answers: { 200: answer('What the caller may see', list) } } satisfies ServiceOperation
}

function oneOf(schema: TSchema, summary: string): ServiceOperation {
  return { summary, answers: { 200: answer('It', value(schema)) } }
}

function put(schema: TSchema): ServiceOperation['answers'] {
  return { 200: answer('Replaced', value(schema)), 201: answer('Created', value(schema)) }
}

function keyMade(): ServiceOperation {
  return {
    ...{ summary: 'Make a key for a gateway group, which ends the one before', mayBeEmpty: true, writes: true },
    answers: { 200: answer('Made, in place of another', value(Key)), 201: answer('Made; shown once', value(Key)) },
  }
}
