import type { AdminApi } from '../admin-api/admin-client.ts'
import { isJsonObject } from '../admin-api/gateway-client.ts'
import { type Problem, Refused } from '../framework/problem.ts'
import { isList, isWhollyKnown, type Json, type JsonObject, toJson } from '../framework/values.ts'
import { accountResource, LABELS, NAME } from './account-resource.ts'

export const gatewayGroup = accountResource({
  collection: 'gateway_groups',
  noun: 'gateway group',
  async usedBy({ admin }, id, signal) {
    const names = await namesAt(admin, `/api/gateway_groups/${encodeURIComponent(id)}/instances`, 'id', signal)
    return names.length > 0 ? `Gateways of it run: ${someOf(names)}.` : undefined
  },
  description:
    'A group of gateways with a configuration of its own. Another provider with `gateway_group` configures it: `provider "antipode" { alias = "partners", gateway_group = antipode_gateway_group.partners.id }`. A group that still holds something is not deleted.',
  fields: {
    ...NAME,
    description: { description: 'What it is for.', type: 'string', presence: 'optional' },
    ...LABELS,
  },
  idDescription: 'The id of the gateway group. Default: its name in lower case, with `-` for what an id cannot hold.',
  idOfName: (name) =>
    name
      .toLowerCase()
      .replaceAll(/[^a-z0-9-]+/g, '-')
      .replaceAll(/^-+|-+$/g, '')
      .slice(0, 64),
})

export const role = accountResource({
  collection: 'roles',
  noun: 'role',
  async checkReferences(client, { permission_policies: ids = null }, signal) {
    const missing = (isList(ids) ? ids : []).map(async (id): Promise<Problem[]> => {
      if (typeof id !== 'string' || client.planned.outcome('permission_policies', id) === 'kept') return []
      const isGone = client.planned.outcome('permission_policies', id) === 'deleted'
      if (!isGone && (await client.admin.has(`/api/permission_policies/${encodeURIComponent(id)}`, signal))) return []
      const detail = `The permission policy ${JSON.stringify(id)} ${isGone ? 'is deleted by this plan' : 'does not exist'}. Refer to the attribute id of a resource, so that Terraform creates that first.`
      const summary = 'There is no such permission policy'
      return [{ severity: 'error', summary, detail, path: ['permission_policies'] }]
    })
    return (await Promise.all(missing)).flat()
  },
  async usedBy({ admin }, id, signal) {
    const names = await namesAt(admin, '/api/users', 'username', signal, ({ roles }) => {
      return Array.isArray(roles) && roles.includes(id)
    })
    return names.length > 0 ? `Users have it: ${someOf(names)}.` : undefined
  },
  description: 'What users are given to be allowed something: permission policies under a name.',
  fields: {
    ...NAME,
    desc: { description: 'What it is for.', type: 'string', presence: 'optional' },
    ...LABELS,
    permission_policies: {
      description: 'Ids of the permission policies. At most 64.',
      ...{ type: ['set', 'string'], presence: 'optional' },
    },
  },
  idDescription: 'The id of the role. Default: made from its name.',
})

export const permissionPolicy = accountResource({
  collection: 'permission_policies',
  noun: 'permission policy',
  validate: ({ statement = null }) => (isWhollyKnown(statement) ? statementProblems(toJson(statement)) : []),
  description: 'Statements that allow or deny actions on resources, in the form of API7 Enterprise.',
  fields: {
    ...NAME,
    desc: { description: 'What it is for.', type: 'string', presence: 'optional' },
    ...LABELS,
    statement: {
      description:
        'Statements, each `{ resources = [...], actions = [...], effect = "allow" }` (or `"deny"`), and `conditions` where labels decide. `<.*>` stands for anything. At most 64.',
      ...{ type: 'dynamic', presence: 'required' },
    },
  },
  idDescription: 'The id of the permission policy. Default: made from its name.',
})

const SHOWN = 5

function someOf(names: readonly string[]): string {
  return `${names.slice(0, SHOWN).join(', ')}${names.length > SHOWN ? ` and ${names.length - SHOWN} more` : ''}`
}

/** Names of what is in a list that this key may see. */
async function namesAt(
  admin: AdminApi,
  path: string,
  field: string,
  signal: AbortSignal,
  isMeant: (item: JsonObject) => boolean = () => true,
): Promise<string[]> {
  try {
    const found = (await admin.get(path, signal)) as { readonly list: readonly JsonObject[] } | undefined
    return (found?.list ?? []).filter(isMeant).map((item) => String(item[field]))
  } catch (error) {
    if (error instanceof Refused) return []
    throw error
  }
}

function statementProblems(statement: Json): Problem[] {
  const fail = (detail: string): Problem => {
    return { severity: 'error', summary: 'A statement is none', detail, path: ['statement'] }
  }
  if (!Array.isArray(statement))
    return [fail('Write a list: [{ resources = [...], actions = [...], effect = "allow" }].')]
  return statement.flatMap((one: Json, index) => {
    if (!isJsonObject(one)) return [fail(`statement[${index}] is no object.`)]
    const isTexts = (value: Json | undefined) =>
      Array.isArray(value) && value.length > 0 && value.every((text) => typeof text === 'string')
    const lists = ['resources', 'actions'].filter((name) => !isTexts(one[name]))
    const effect = one.effect === 'allow' || one.effect === 'deny' ? [] : ['effect']
    return [...lists, ...effect].map((name) => {
      const wanted = name === 'effect' ? '"allow" or "deny"' : 'a list of texts with at least one'
      return fail(`statement[${index}].${name} is ${JSON.stringify(one[name] ?? null)}; write ${wanted}.`)
    })
  })
}
