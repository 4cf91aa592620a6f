import type { Server as TlsServer } from 'node:tls'
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import { AntipodeError } from '../../model/errors.ts'
import { LeaderRefused } from '../replication/leader-link.ts'
import { PEER_PATH } from '../replication/peer-link.ts'
import { readRegionChange } from '../replication/region-change.ts'
import type { RegionControlPlane } from '../replication/region-control-plane.ts'
import { type ReportServices, receiveReports } from '../reports/receive-reports.ts'
import { CallerCheck } from './caller.ts'
import { type DataPlaneServices, REGISTER_PATH, serveDataPlanes } from './serve-data-planes.ts'
import { serveMembers } from './serve-members.ts'

export interface SyncServerOptions extends Omit<DataPlaneServices, 'callers'> {
  readonly control: RegionControlPlane
  /** Answers what members pass on. */
  readonly admin: FastifyInstance
  /** Absent where no reports are taken. */
  readonly reports?: ReportServices
  readonly logger: FastifyBaseLogger
}

const KEEP_ALIVE_EVERY = 5_000
/** Whoever has no certificate that can be verified is let in to be told why, and no further; see CallerCheck. */
const TLS = { requestCert: true, rejectUnauthorized: false, minVersion: 'TLSv1.3' } as const
/**
 * A data plane's stream and its calls share one connection, since Node's TLS takes more memory for one than everything
 * else does (`npm run bench:control-plane`). Links between control planes are HTTP/1.1, each a connection by itself.
 */
const HTTP = { allowHTTP1: true, noDelay: true } as const
const REGION_PATH = '/antipode/region'
/** A promotion waits out a lease, and a database that takes its time. */
const CHANGE_TIMEOUT = 120_000

/**
 * The listener for data planes, the peer and operators: TLS 1.3, both sides with a certificate of the deployment's
 * authority. Who may call what follows from the identity in the certificate.
 */
export function createSyncServer(options: SyncServerOptions): FastifyInstance {
  const { trust, control, admin, publishers, revocations } = options
  const server = fastify({
    http2: true,
    https: { ...trust.tls, ...TLS, ...HTTP },
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: true,
    bodyLimit: 1_048_576,
    // Node's requests and answers of HTTP/2 are made to be used as those of HTTP/1.1, which are the other half of them.
  }) as unknown as FastifyInstance
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('application/json', { parseAs: 'string' }, server.getDefaultJsonParser('error', 'error'))
  server.addContentTypeParser('application/x-ndjson', (_request, _payload, done) => done(null))
  server.setErrorHandler((error, request, reply) => answerError(error as Error, request, reply))
  trust.onChange(() =>
    (server.server as unknown as TlsServer).setSecureContext({ ...trust.tls, minVersion: TLS.minVersion }),
  )

  const callers = new CallerCheck(server, {
    revocations,
    anchors: () => trust.tls.ca,
    trustDomain: trust.trustDomain,
    tokenPaths: new Set([REGISTER_PATH]),
  })
  serveDataPlanes(server, { ...options, callers })
  serveMembers(server, { control, admin, callers })
  if (options.reports) receiveReports(server, options.reports, callers)

  server.post(PEER_PATH, async (request, reply) => {
    callers.allow(request, 'control-plane')
    reply.hijack()
    callers.watch(request, () => request.raw.destroy())
    request.raw.socket.setNoDelay(true)
    // A balancer may have brought it to a control plane that does not lead.
    const { leader } = control
    await (leader ? leader.relay(request.raw) : control.link?.receive(request.raw))?.catch(() => {})
    request.raw.destroy()
  })

  server.get(REGION_PATH, async (request) => {
    callers.allow(request, 'operator', 'control-plane')
    return control.leader ? control.leader.call('GET', REGION_PATH) : control.state()
  })

  server.put(REGION_PATH, async (request) => {
    const caller = callers.allow(request, 'operator', 'control-plane')
    const change = readRegionChange(request.body)
    if (control.leader) return control.leader.call('PUT', REGION_PATH, change, CHANGE_TIMEOUT)
    const detail = await control.change(change, caller.kind)
    return { ...control.state(), ...detail }
  })

  const timer = setInterval(() => publishers.keepAlive(), KEEP_ALIVE_EVERY)
  server.addHook('onClose', async () => clearInterval(timer))
  server.addHook('preClose', async () => publishers.sayGoodbye('the control plane stops'))
  return server
}

function answerError(error: Error & { statusCode?: number }, request: FastifyRequest, reply: FastifyReply) {
  if (error instanceof LeaderRefused) return reply.code(error.statusCode).type('application/json').send(error.body)
  if (error instanceof AntipodeError) {
    return reply.code(error.status).send({ error_msg: error.message, code: error.code, ...error.details })
  }
  const status = error.statusCode ?? 500
  if (status >= 500) request.log.error(error)
  return reply.code(status).send({ error_msg: error.message })
}
