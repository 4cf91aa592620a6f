import { accountResource, LABELS, NAME } from './account-resource.ts'

export const gatewayGroup = accountResource({
  collection: 'gateway_groups',
  noun: 'gateway group',
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
