import type { FastifyInstance } from 'fastify'
import type { Acknowledgement } from '../../model/frame.ts'
import type { ControlPlaneMetrics } from './control-plane-metrics.ts'

/** Counts, on the sync listener, who follows and what they say they applied. */
export function meterSync(sync: FastifyInstance, metrics: ControlPlaneMetrics): void {
  sync.addHook('preHandler', async ({ routeOptions }, reply) => {
    if (routeOptions.url === '/sync') reply.raw.once('close', metrics.connected())
  })
  sync.addHook('onResponse', async ({ routeOptions, body }, reply) => {
    if (routeOptions.url !== '/sync/ack' || reply.statusCode !== 204) return
    const { version, refused } = body as Acknowledgement
    metrics.acknowledged(version, refused.length)
  })
}
