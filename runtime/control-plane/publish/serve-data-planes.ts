import type { ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AntipodeError } from '../../model/errors.ts'
import {
  type Acknowledgement,
  type DataPlaneSettings,
  type Heartbeat,
  type HeartbeatAnswer,
  type Registration,
  type RegistrationAnswer,
  SYNC_PROTOCOL_VERSION,
} from '../../model/frame.ts'
import type { Fleet } from '../fleet/fleet.ts'
import type { Issuer } from '../pki/issuer.ts'
import type { LiveTrust } from '../pki/live-trust.ts'
import type { Revocations } from '../pki/revocations.ts'
import type { Caller, CallerCheck } from './caller.ts'
import type { SealedFrame } from './frame-signer.ts'
import type { GroupPublishers } from './group-publishers.ts'
import type { Held, Publisher } from './publisher.ts'

export const REGISTER_PATH = '/dataplane/register'

export interface DataPlaneServices {
  readonly callers: CallerCheck
  /** Whether there is such a gateway group. @throws AntipodeError where that cannot be known now */
  readonly isGroup: (group: string) => boolean
  readonly fleet: Fleet
  readonly publishers: GroupPublishers
  readonly issuer: Issuer
  readonly trust: LiveTrust
  readonly revocations: Revocations
  readonly settings: (group: string) => DataPlaneSettings
}

/** What data planes call: registration, the stream of frames, acknowledgements and heartbeats. */
export function serveDataPlanes(server: FastifyInstance, services: DataPlaneServices): void {
  const { callers, fleet, publishers, issuer, trust, revocations, settings } = services

  const allow = (request: FastifyRequest) => {
    const caller = callers.allow(request, 'data-plane')
    if (services.isGroup(caller.group)) return caller
    const reason = `there is no gateway group ${caller.group} here`
    throw new AntipodeError('ANTIPODE_FORBIDDEN', { reason })
  }
  /** An instance speaks for itself alone. */
  const allowInstance = (request: FastifyRequest) => {
    const caller = allow(request)
    const { instanceId } = request.body as { instanceId?: unknown }
    if (caller.instance === instanceId) return caller
    const reason = `${caller.instance ?? 'a bundle'} may not speak for instance ${String(instanceId)}`
    throw new AntipodeError('ANTIPODE_FORBIDDEN', { reason })
  }

  server.post(REGISTER_PATH, async (request): Promise<RegistrationAnswer> => {
    const caller = allow(request)
    const registration = request.body as Registration
    if (!registration.protocolVersions?.includes(SYNC_PROTOCOL_VERSION)) {
      throw new AntipodeError('ANTIPODE_REFUSED', {
        reason: `protocol version ${SYNC_PROTOCOL_VERSION} is spoken here, not ${registration.protocolVersions}`,
      })
    }
    const instanceId = fleet.register(registration, caller.group, caller.origin)
    const leaf = await issuer.instanceLeaf(
      caller.group,
      instanceId,
      caller.origin,
      String(registration.certificateRequest),
    )
    return {
      instanceId,
      group: caller.group,
      protocolVersion: SYNC_PROTOCOL_VERSION,
      ...leaf,
      settings: settings(caller.group),
    }
  })

  server.post('/dataplane/heartbeat', async (request): Promise<HeartbeatAnswer> => {
    const caller = allowInstance(request)
    const certificate = { ...shownCertificate(caller), authority: trust.issuerOf(caller.certificate!) }
    if (!fleet.heartbeat(request.body as Heartbeat, certificate)) throw unknownInstance()
    return {
      settings: settings(caller.group),
      revoked: revocations.list().map(({ credential }) => credential),
      renew: issuer.authorityId !== null && issuer.authorityId !== certificate.authority,
    }
  })

  server.post('/sync/ack', async (request, reply) => {
    allowInstance(request)
    if (!fleet.acknowledge(request.body as Acknowledgement)) throw unknownInstance()
    return reply.code(204).send()
  })

  server.get('/sync', (request, reply) => {
    const { group } = allow(request)
    reply.hijack()
    callers.watch(request, () => reply.raw.destroy())
    stream(
      reply.raw,
      publishers.of(group),
      heldBy(request),
      /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? '')),
    )
  })
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

function shownCertificate({ credential, origin, expires }: Caller) {
  return { serial: credential.slice(credential.indexOf('/') + 1), origin, expires: new Date(expires).toISOString() }
}

function unknownInstance(): Error {
  return Object.assign(new Error('this instance is not registered here'), { statusCode: 404 })
}
