import type { FastifyInstance } from 'fastify'
import { AntipodeError } from '../../model/errors.ts'
import type { InstanceState } from '../../model/region-state.ts'
import { MEMBER_PATHS, type PassedOnAnswer, type PassedOnCall } from '../replication/member-messages.ts'
import type { RegionControlPlane } from '../replication/region-control-plane.ts'
import type { CallerCheck } from './caller.ts'

/** A body of the Admin API's largest size, in base64, with its headers. */
const CALL_LIMIT = 4 * 1024 * 1024
const FLEET_LIMIT = 64 * 1024 * 1024

export interface MemberServices {
  readonly control: RegionControlPlane
  /** Answers what members pass on. */
  readonly admin: FastifyInstance
  readonly callers: CallerCheck
}

/** What the leader of a region offers the region's other control planes, on the sync listener. */
export function serveMembers(sync: FastifyInstance, { control, admin, callers }: MemberServices): void {
  const feed = () => {
    if (control.feed) return control.feed
    throw new AntipodeError('ANTIPODE_REFUSED', { reason: 'this control plane does not lead its region' })
  }

  sync.addHook('onRequest', async (request) => {
    if (!request.url.startsWith(MEMBER_PATHS.stream)) return
    const caller = callers.allow(request, 'control-plane')
    if (caller.region === control.region) return
    const reason = `a control plane of ${caller.region} is no member here`
    throw new AntipodeError('ANTIPODE_FORBIDDEN', { reason })
  })

  sync.get(MEMBER_PATHS.stream, (request, reply) => {
    const members = feed()
    reply.hijack()
    request.raw.socket.setNoDelay(true)
    callers.watch(request, () => reply.raw.destroy())
    reply.raw.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' })
    members.add(reply.raw)
  })

  sync.get(MEMBER_PATHS.version, async () => {
    feed()
    return control.version
  })

  sync.post(MEMBER_PATHS.fleet, { bodyLimit: FLEET_LIMIT }, async (request, reply) => {
    const { member, instances } = request.body as { member: string; instances: InstanceState[] }
    feed().takeFleet(member, instances)
    return reply.code(204).send()
  })

  sync.post(MEMBER_PATHS.call, { bodyLimit: CALL_LIMIT }, async (request): Promise<PassedOnAnswer> => {
    feed()
    const { method, url, headers, remoteAddress, body } = request.body as PassedOnCall
    const answer = await admin.inject({
      method: method as 'PUT',
      url,
      headers: { ...headers },
      remoteAddress,
      ...(body !== '' && { payload: Buffer.from(body, 'base64') }),
    })
    const kept = Object.entries(answer.headers).flatMap(([name, value]): [string, string][] => {
      return value === undefined || OF_THE_CONNECTION.has(name) ? [] : [[name, String(value)]]
    })
    return {
      status: answer.statusCode,
      headers: Object.fromEntries(kept),
      body: answer.rawPayload.toString('base64'),
    }
  })
}

const OF_THE_CONNECTION = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'date'])
