import { gateway } from '../../constructs/index.ts'
import type { ConfigurationStack } from '../index.ts'

/** The regions of this one, and below what their gateways serve: one deployment makes both. */
export { topology } from './active-passive.ts'

export function configuration(stack: ConfigurationStack): void {
  const orders = new gateway.Service(stack, 'orders', {
    name: 'orders',
    upstream: {
      nodes: [
        { host: 'orders-1.internal', port: 8080, weight: 1 },
        { host: 'orders-2.internal', port: 8080, weight: 1 },
      ],
      checks: { active: { httpPath: '/health' } },
    },
  })
  new gateway.Route(stack, 'list', {
    name: 'list',
    serviceId: orders.id,
    uris: ['/orders/*'],
    methods: ['GET'],
    plugins: { 'key-auth': {}, 'proxy-rewrite': { headers: { set: { 'X-Gateway': 'payments' } } } },
  })
  // Every run reads the key where it is kept, and hands it to the control planes; no state has it.
  const key = stack.secret('shop-key', 'shop/key')
  new gateway.Consumer(stack, 'shop', {
    username: 'shop',
    credentials: [{ name: 'main', type: 'key-auth', configWo: { key }, configWoVersion: 1 }],
  })
}
