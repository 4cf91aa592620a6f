import { testResource } from './suite.ts'
import { UPSTREAM } from './upstream-arguments.ts'

testResource({
  type: 'antipode_service',
  least: { name: 'orders' },
  most: {
    desc: 'takes orders',
    labels: { team: 'shop' },
    hosts: ['api.example', '*.shop.example'],
    plugins: { 'key-auth': { header: 'X-Key' } },
    upstream: UPSTREAM,
    enable_websocket: true,
  },
  other: {
    name: 'all-orders',
    desc: 'takes all orders',
    labels: {},
    hosts: ['shop.example'],
    plugins: {},
    upstream: { service_name: 'orders.internal', discovery_type: 'dns' },
    enable_websocket: false,
  },
  without: ['upstream_id'],
  path: (id) => `/services/${id}`,
  drift: (service) => ({ ...service, desc: 'is somebody else’s', upstream: { nodes: { '10.0.0.1:80': 1 } } }),
})
