import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify'
import { METRICS_TYPE } from './exposition.ts'

export interface StatusSource {
  /** Why calls are better sent elsewhere, or undefined. */
  unready(): string | undefined
  /** In Prometheus' text format. */
  metrics(): string
}

/**
 * The listener for health checks and for Prometheus: `/status` and `/status/ready` answer as those of APISIX do.
 *
 * `/status` says that the process is alive and nothing else: starting it again would not bring its database back, and
 * meanwhile it serves data planes from what it holds. `/status/ready` says whether calls should be sent here.
 *
 * @returns an instance that the caller lets listen, and closes
 */
export function createStatusServer(source: StatusSource, logger?: FastifyBaseLogger): FastifyInstance {
  const app = fastify({
    ...(logger ? { loggerInstance: logger } : {}),
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: true,
  })
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ error_msg: '404 Not Found' }))
  app.get('/status', async () => ({ status: 'ok' }))
  app.get('/status/ready', async (_request, reply) => {
    const error = source.unready()
    return error === undefined ? { status: 'ok' } : reply.code(503).send({ status: 'error', error })
  })
  app.get('/metrics', async (_request, reply) => reply.type(METRICS_TYPE).send(source.metrics()))
  return app
}
