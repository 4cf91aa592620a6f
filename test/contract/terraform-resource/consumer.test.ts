import { testResource } from './suite.ts'

const SECRETS = ['planted-key-one', 'planted-key-two', 'planted-key-three']

testResource({
  type: 'antipode_consumer',
  needs: { antipode_consumer_group: { gold: { name: 'gold', plugins: {} } } },
  least: { username: 'shop' },
  most: {
    desc: 'the shop',
    labels: { team: 'shop' },
    group_id: `\${antipode_consumer_group.gold.id}`,
    plugins: { 'fault-injection': { delay: { duration: 0.1 } } },
    credentials: [
      { name: 'main', type: 'key-auth', config_wo: { key: SECRETS[0] }, config_wo_version: 1 },
      {
        name: 'spare',
        type: 'key-auth',
        config: { key: '$env://SPARE_KEY' },
        labels: { spare: 'yes' },
        desc: 'kept safe',
      },
    ],
  },
  other: {
    desc: 'all shops',
    labels: { team: 'shops' },
    plugins: { 'fault-injection': { delay: { duration: 0.2 } } },
    credentials: [
      { name: 'spare', type: 'key-auth', config_wo: { key: SECRETS[2] } },
      { name: 'main', type: 'key-auth', config_wo: { key: SECRETS[1] } },
    ],
  },
  path: (id) => `/consumers/${id}`,
  drift: (consumer) => ({ ...consumer, desc: 'is somebody else’s' }),
  secrets: SECRETS,
})
