import { testResource } from './suite.ts'
import { UPSTREAM } from './upstream-arguments.ts'

testResource({
  type: 'antipode_upstream',
  least: { name: 'orders', nodes: [{ host: '127.0.0.1', weight: 1 }] },
  most: UPSTREAM,
  other: {
    nodes: [{ host: '127.0.0.2', port: 9000, weight: 3 }],
    type: 'least_conn',
    retries: 0,
    retry_timeout: 0.1,
    timeout: { connect: 2, send: 2, read: 2 },
    keepalive_pool: { requests: 7 },
    pass_host: 'node',
    checks: { active: { type: 'tcp', timeout: 0.5, concurrency: 1 } },
    labels: { tier: 'front' },
    desc: '',
  },
  without: ['service_name', 'discovery_type', 'discovery_args'],
  path: (id) => `/upstreams/${id}`,
  drift: (upstream) => ({ ...upstream, nodes: { '127.0.0.1:8081': 1, 'orders.internal': 0 } }),
})
