import type { ServerResponse } from 'node:http'
import type { TLSSocket } from 'node:tls'
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import { AntipodeError } from '../../model/errors.ts'
import {
  type Acknowledgement,
  type Heartbeat,
  type HeartbeatAnswer,
  type Registration,
  type RegistrationAnswer,
  SYNC_PROTOCOL_VERSION,
} from '../../model/frame.ts'
import type { Fleet } from '../fleet/fleet.ts'
import { issueCertificate, type KeyPair, publicKeyOfRequest } from '../pki/authority.ts'
import type { Identity } from '../pki/identity.ts'
import { LeaderRefused } from '../replication/leader-link.ts'
import { PEER_PATH } from '../replication/peer-link.ts'
import { readRegionChange } from '../replication/region-change.ts'
import type { RegionControlPlane } from '../replication/region-control-plane.ts'
import { allow } from './caller.ts'
import type { SealedFrame } from './frame-signer.ts'
import type { Held, Publisher, PublisherOptions } from './publisher.ts'

export interface SyncServerOptions {
  readonly tls: { readonly cert: string; readonly key: string; readonly ca: string }
  readonly authority: KeyPair | null
  readonly control: RegionControlPlane
  readonly publisher: Publisher
  readonly fleet: Fleet
  readonly settings: PublisherOptions['settings']
  readonly logger: FastifyBaseLogger
}

const KEEP_ALIVE_EVERY = 5_000
const REGION_PATH = '/antipode/region'
/** A promotion waits out a lease, and a database that takes its time. */
const CHANGE_TIMEOUT = 120_000

/**
 * The listener for data planes, the peer and operators: TLS 1.3, both sides with a certificate of the deployment's
 * authority. Who may call what follows from the identity in the certificate.
 */
export function createSyncServer(options: SyncServerOptions): FastifyInstance {
  const { tls, control, publisher, fleet } = options
  const server = fastify({
    https: { ...tls, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.3' },
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: true,
    bodyLimit: 1_048_576,
  })
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('application/json', { parseAs: 'string' }, server.getDefaultJsonParser('error', 'error'))
  server.addContentTypeParser('application/x-ndjson', (_request, _payload, done) => done(null))
  server.setErrorHandler((error, request, reply) => answerError(error as Error, request, reply))

  server.post('/dataplane/register', async (request): Promise<RegistrationAnswer> => {
    const caller = allow(request, 'data-plane')
    const registration = request.body as Registration
    if (!registration.protocolVersions?.includes(SYNC_PROTOCOL_VERSION)) {
      throw new AntipodeError('ANTIPODE_REFUSED', {
        reason: `protocol version ${SYNC_PROTOCOL_VERSION} is spoken here, not ${registration.protocolVersions}`,
      })
    }
    const fingerprint = (request.raw.socket as TLSSocket).getPeerCertificate().fingerprint256
    const instanceId = fleet.register(registration, caller.group, fingerprint)
    return {
      instanceId,
      group: caller.group,
      protocolVersion: SYNC_PROTOCOL_VERSION,
      certificate: await issueInstanceLeaf(options.authority, caller, instanceId, registration.certificateRequest),
      settings: options.settings,
    }
  })

  server.post('/dataplane/heartbeat', async (request): Promise<HeartbeatAnswer> => {
    allow(request, 'data-plane')
    if (!fleet.heartbeat(request.body as Heartbeat)) throw unknownInstance()
    return { settings: options.settings }
  })

  server.post('/sync/ack', async (request, reply) => {
    allow(request, 'data-plane')
    if (!fleet.acknowledge(request.body as Acknowledgement)) throw unknownInstance()
    return reply.code(204).send()
  })

  server.get('/sync', (request, reply) => {
    allow(request, 'data-plane')
    reply.hijack()
    stream(reply.raw, publisher, heldBy(request), /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? '')))
  })

  server.post(PEER_PATH, async (request, reply) => {
    allow(request, 'control-plane')
    reply.hijack()
    request.raw.socket.setNoDelay(true)
    // A balancer may have brought it to a control plane that does not lead.
    const { leader } = control
    await (leader ? leader.relay(request.raw) : control.link?.receive(request.raw))?.catch(() => {})
    request.raw.destroy()
  })

  server.get(REGION_PATH, async (request) => {
    allow(request, 'operator', 'control-plane')
    return control.leader ? control.leader.call('GET', REGION_PATH) : control.state()
  })

  server.put(REGION_PATH, async (request) => {
    const caller = allow(request, 'operator', 'control-plane')
    const change = readRegionChange(request.body)
    if (control.leader) return control.leader.call('PUT', REGION_PATH, change, CHANGE_TIMEOUT)
    const detail = await control.change(change, caller.kind)
    return { ...control.state(), ...detail }
  })

  const timer = setInterval(() => publisher.keepAlive(), KEEP_ALIVE_EVERY)
  server.addHook('onClose', async () => clearInterval(timer))
  server.addHook('preClose', async () => publisher.sayGoodbye('the control plane stops'))
  return server
}

function stream(response: ServerResponse, publisher: Publisher, held: Held | undefined, gzip: boolean): void {
  response.socket?.setNoDelay(true)
  response.writeHead(200, {
    'content-type': 'application/x-ndjson',
    'cache-control': 'no-store',
    ...(gzip ? { 'content-encoding': 'gzip' } : {}),
  })
  const send = (frame: SealedFrame) => response.write(gzip ? frame.gzip : frame.plain)
  const subscription = publisher.subscribe({ send }, held)
  response.on('drain', () => subscription.onDrain())
  response.on('close', () => subscription.close())
  response.on('error', () => subscription.close())
}

function heldBy(request: FastifyRequest): Held | undefined {
  const { lineage, epoch, revision, hash } = request.query as Record<string, string | undefined>
  if (!lineage || !epoch || !revision || !hash) return undefined
  return { lineage, version: { epoch: Number(epoch), revision: Number(revision) }, hash }
}

async function issueInstanceLeaf(
  authority: KeyPair | null,
  caller: Identity & { kind: 'data-plane' },
  instanceId: string,
  certificateRequest: string,
): Promise<string> {
  if (!authority) throw new AntipodeError('ANTIPODE_REFUSED', { reason: 'this control plane issues no certificates' })
  const publicKey = await publicKeyOfRequest(certificateRequest)
  const uri = `spiffe://${caller.trustDomain}/group/${caller.group}/instance/${instanceId}`
  const { certificate } = await issueCertificate({ authority, uri, usage: 'client', publicKey })
  return certificate
}

function unknownInstance(): Error {
  return Object.assign(new Error('this instance is not registered here'), { statusCode: 404 })
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
