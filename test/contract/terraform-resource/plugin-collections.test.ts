import { testResource } from './suite.ts'

const delay = (duration: number) => ({ 'fault-injection': { delay: { duration } } })

testResource({
  type: 'antipode_global_rule',
  least: { plugins: delay(0.1) },
  most: {},
  other: { plugins: { 'fault-injection': { delay: { duration: 0.2, percentage: 50 } } } },
  path: (id) => `/global_rules/${id}`,
  drift: (rule) => ({ ...rule, plugins: delay(3) }),
})

for (const [type, collection] of [
  ['antipode_plugin_config', 'plugin_configs'],
  ['antipode_consumer_group', 'consumer_groups'],
] as const) {
  testResource({
    type,
    least: { name: 'slow', plugins: delay(0.1) },
    most: { desc: 'slows down', labels: { team: 'shop' } },
    other: { name: 'slower', desc: 'slows down more', plugins: delay(0.25), labels: { team: 'ops' } },
    path: (id) => `/${collection}/${id}`,
    drift: (collection) => ({ ...collection, plugins: {} }),
  })
}

testResource({
  type: 'antipode_plugin_metadata',
  least: { plugin: 'key-auth', metadata: { log_format: { host: '$host' } } },
  most: {},
  other: { metadata: { log_format: { host: '$host', at: [1, 2.5, null, true] } } },
  path: (id) => `/plugin_metadata/${id}`,
  drift: () => ({ other: true }),
})

testResource({
  type: 'antipode_proto',
  least: { name: 'orders', content: 'syntax = "proto3"; message Order {}' },
  most: { desc: 'of orders', labels: { team: 'shop' } },
  other: { content: 'syntax = "proto3"; message Orders {}', labels: {} },
  path: (id) => `/protos/${id}`,
  drift: (proto) => ({ ...proto, content: 'nothing' }),
})

testResource({
  type: 'antipode_secret',
  least: {
    manager: 'vault',
    name: 'main',
    uri: 'https://vault.example:8200',
    prefix: 'kv/shop',
    token_wo: 'planted-token-1',
  },
  most: { namespace: 'shop', token_wo_version: 1 },
  other: { uri: 'https://vault2.example', prefix: 'kv/shops', token_wo: 'planted-token-2', token_wo_version: 2 },
  without: [
    ...['access_key_id', 'secret_access_key_wo', 'secret_access_key_wo_version', 'session_token_wo'],
    ...['session_token_wo_version', 'region', 'endpoint_url', 'auth_config', 'ssl_verify', 'auth_file'],
  ],
  path: (id) => `/secrets/${id}`,
  drift: (secret) => ({ ...secret, prefix: 'kv/other' }),
  secrets: ['planted-token-1', 'planted-token-2'],
  unimported: ['token_wo', 'token_wo_version'],
})
