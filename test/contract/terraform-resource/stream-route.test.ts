import { testResource } from './suite.ts'
import { UPSTREAM } from './upstream-arguments.ts'

testResource({
  type: 'antipode_stream_route',
  needs: {
    antipode_stream_route: { above: { name: 'above', protocol: { name: 'redis' } } },
  },
  least: { name: 'mail', server_port: 25 },
  most: {
    desc: 'takes mail',
    labels: { team: 'mail' },
    remote_addr: '10.0.0.0/8',
    server_addr: '127.0.0.1',
    sni: 'mail.example',
    upstream: UPSTREAM,
    plugins: {},
    protocol: {
      name: 'redis',
      superior_id: `\${antipode_stream_route.above.id}`,
      conf: { faults: [{ commands: ['GET'], delay: 5 }] },
      logger: [{ name: 'syslog', filter: ['rpc_time', '>', 0.1], conf: { host: 'localhost' } }],
    },
  },
  other: { desc: 'takes letters', labels: {}, remote_addr: '::1', sni: '*.mail.example' },
  without: ['service_id', 'upstream_id'],
  path: (id) => `/stream_routes/${id}`,
  drift: (route) => ({ ...route, server_port: 26 }),
})
