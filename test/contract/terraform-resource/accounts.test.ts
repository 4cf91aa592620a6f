import { testResource } from './suite.ts'

testResource({
  type: 'antipode_gateway_group',
  least: { name: 'Partners' },
  most: { description: 'of partners', labels: { env: 'prod' } },
  other: { name: 'All partners', description: 'of all partners', labels: { env: 'prod', tier: '1' } },
  path: (id) => `/api/gateway_groups/${id}`,
  drift: ({ id: _, ...group }) => ({ ...group, description: 'of somebody else' }),
})

testResource({
  type: 'antipode_permission_policy',
  least: {
    name: 'reads',
    statement: [{ resources: ['arn:api7:gateway:gatewaygroup/<.*>'], actions: ['<.*>Get<.*>'], effect: 'allow' }],
  },
  most: { desc: 'reads all', labels: { team: 'ops' } },
  other: {
    desc: 'reads and denies',
    statement: [
      { resources: ['arn:api7:gateway:gatewaygroup/<.*>'], actions: ['<.*>Get<.*>'], effect: 'allow' },
      {
        ...{ resources: ['arn:api7:gateway:gatewaygroup/default/<.*>'], actions: ['<.*>'], effect: 'deny' },
        conditions: { prod: { type: 'MatchLabel', options: { key: 'env', operator: 'exact_match', value: 'prod' } } },
      },
    ],
  },
  path: (id) => `/api/permission_policies/${id}`,
  drift: ({ id: _, ...policy }) => ({ ...policy, desc: 'of somebody else' }),
})

testResource({
  type: 'antipode_role',
  needs: {
    antipode_permission_policy: {
      reads: { name: 'reads', statement: [{ resources: ['<.*>'], actions: ['<.*>Get<.*>'], effect: 'allow' }] },
    },
  },
  least: { name: 'readers' },
  most: { desc: 'reads', labels: { team: 'ops' }, permission_policies: ['${antipode_permission_policy.reads.id}'] },
  other: { name: 'all readers', desc: 'reads all' },
  path: (id) => `/api/roles/${id}`,
  drift: ({ id: _, ...role }) => ({ ...role, permission_policies: [] }),
})
