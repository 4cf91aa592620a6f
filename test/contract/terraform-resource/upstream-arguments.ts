/** Everything that an upstream may say at once. */
export const UPSTREAM = {
  nodes: [
    { host: '127.0.0.1', port: 8081, weight: 1, metadata: { zone: 'a' } },
    { host: 'orders.internal', weight: 0, priority: -1 },
  ],
  type: 'chash',
  hash_on: 'header',
  key: 'X-Session',
  scheme: 'https',
  retries: 2,
  retry_timeout: 1.5,
  timeout: { connect: 1, send: 2.5, read: 60 },
  tls: { verify: true },
  keepalive_pool: { size: 10, idle_timeout: 30 },
  pass_host: 'rewrite',
  upstream_host: 'orders.example',
  labels: { tier: 'back' },
  name: 'orders',
  desc: 'where orders are kept',
  checks: {
    active: {
      http_path: '/health',
      req_headers: ['X-Check: 1'],
      healthy: { interval: 2, http_statuses: [200, 204] },
      unhealthy: { http_failures: 2 },
    },
    passive: { unhealthy: { http_statuses: [500, 502], http_failures: 3 } },
  },
}
