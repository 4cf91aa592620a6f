import type { FastifyReply, FastifyRequest, preHandlerAsyncHookHandler } from 'fastify'
import { AntipodeError } from '../../model/errors.ts'
import { errorAnswer } from '../admin-api/store-answer.ts'
import { newWriteId } from '../admin-api/write-id.ts'
import { type LeaderLink, LeaderUnreached } from '../replication/leader-link.ts'
import type { PassedOnCall } from '../replication/member-messages.ts'
import type { RegionControlPlane } from '../replication/region-control-plane.ts'

/** A write is answered by its leader within the time of a confirmation; this is beyond any that is configured. */
const ANSWER_TIMEOUT = 60_000
/** What an HTTP connection says of itself, and not of the call (RFC 9110, section 7.6.1). */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'content-length',
  'expect',
])

/**
 * At a member of a region: writes, and questions of the region's state, are answered by its leader; other reads are
 * answered here, once everything is shown that the leader had shown when the read came.
 */
export function passToLeader(control: RegionControlPlane): preHandlerAsyncHookHandler {
  return async (request, reply) => {
    const { leader } = control
    if (!leader) return
    if (isForLeader(request)) return passOn(request, reply, leader, control.region)
    await control.catchUp()
  }
}

/** Of the region's instances only the leader is told all. */
const INSTANCES = /^\/api\/gateway_groups\/[^/]+\/instances/

/** Whether a member passes a call on. Who comes back from an OpenID provider may have to be written down. */
export function isForLeader({ method, url }: FastifyRequest): boolean {
  if (method !== 'GET' && method !== 'HEAD') return true
  return url.startsWith('/antipode/') || url.startsWith('/api/oidc/callback') || INSTANCES.test(url)
}

async function passOn(request: FastifyRequest, reply: FastifyReply, leader: LeaderLink, region: string) {
  // Given here where the client gave none, so that a write which gets lost on the way can be asked for.
  const writeId = String(request.headers['x-antipode-write'] ?? newWriteId())
  try {
    const answer = await leader.passOn(describe(request, writeId), ANSWER_TIMEOUT)
    return reply.code(answer.status).headers(answer.headers).send(Buffer.from(answer.body, 'base64'))
  } catch (error) {
    const failure =
      error instanceof LeaderUnreached || request.method === 'GET'
        ? new AntipodeError('ANTIPODE_FROZEN', { region, reason: 'the leader of the region is out of reach' })
        : new AntipodeError('ANTIPODE_IN_DOUBT', { write: writeId })
    const { status, body, headers } = errorAnswer(failure, writeId)
    return reply
      .code(status)
      .headers({ ...headers, 'x-antipode-write': writeId })
      .send(body)
  }
}

function describe(request: FastifyRequest, writeId: string): PassedOnCall {
  const { method, url, ip } = request
  const headers = Object.entries(request.headers).flatMap(([name, value]): [string, string][] => {
    return value === undefined || HOP_BY_HOP.has(name) ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]]
  })
  const body = Buffer.isBuffer(request.body) ? request.body.toString('base64') : ''
  return {
    method,
    url,
    headers: { ...Object.fromEntries(headers), 'x-antipode-write': writeId, 'x-request-id': request.id },
    remoteAddress: ip,
    body,
  }
}
