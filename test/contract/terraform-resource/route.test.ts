import { testResource } from './suite.ts'
import { UPSTREAM } from './upstream-arguments.ts'

testResource({
  type: 'antipode_route',
  needs: {
    antipode_route: {
      other: { name: 'other', uris: ['/other'], plugins: { 'fault-injection': { delay: { duration: 0.1 } } } },
    },
  },
  least: {
    name: 'orders-list',
    uris: ['/orders/*'],
    upstream: { nodes: [{ host: '127.0.0.1', port: 8081, weight: 1 }] },
  },
  most: {
    desc: 'lists orders',
    labels: { team: 'shop' },
    priority: 3,
    methods: ['GET', 'HEAD'],
    hosts: ['api.example', '*.shop.example'],
    remote_addrs: ['10.0.0.0/8', '::1'],
    timeout: { connect: 1.2, send: 3, read: 0.25 },
    vars: [
      ['arg_debug', '==', '1'],
      ['OR', ['http_x', '>', 1.5], ['http_y', '==', 'z']],
    ],
    plugins: { 'proxy-rewrite': { uri: '/v2', headers: { set: { 'X-A': 'b' } } }, 'key-auth': {} },
    upstream: UPSTREAM,
    enable_websocket: true,
    status: 0,
  },
  other: {
    name: 'orders-listing',
    desc: 'lists all orders',
    labels: { team: 'shop', tier: '1' },
    priority: 0,
    methods: ['POST'],
    hosts: ['api.example'],
    vars: [],
    plugins: { 'proxy-rewrite': { uri: '/v3' } },
    enable_websocket: false,
    status: 1,
  },
  without: ['uri', 'host', 'remote_addr', 'service_id', 'upstream_id', 'plugin_config_id'],
  path: (id) => `/routes/${id}`,
  drift: (route) => ({ ...route, priority: 9, labels: { other: 'team' } }),
})
