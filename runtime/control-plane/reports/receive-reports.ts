import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { Ajv } from 'ajv'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { CallReport, MOST_REPORT_BYTES, MOST_UNPACKED_BYTES, OLDEST_REPORT } from '../../model/call-report.ts'
import { AntipodeError, type ErrorCode } from '../../model/errors.ts'
import type { RegionRole } from '../../model/region-state.ts'
import type { CallerCheck } from '../publish/caller.ts'
import type { ReportIntake } from './report-intake.ts'
import { RELAY_PATH, type ReportRelay } from './report-relay.ts'

export interface ReportServices {
  readonly region: string
  readonly intake: ReportIntake
  readonly relay: ReportRelay
  /** Of the region. */
  readonly role: () => RegionRole
  /** `host:port` of the control plane that leads this region, where it is another. */
  readonly leader: () => string | undefined
  /** `https://host:port` of the peer region. */
  readonly peer: string | null
}

const unpack = promisify(gunzip)
const isReport = new Ajv({ strict: false }).compile<CallReport>(CallReport)
/** Seconds after which whoever was turned away may come again. */
const COME_AGAIN = { busy: 2, elsewhere: 5 } as const
const WRITING: ReadonlySet<RegionRole> = new Set(['active', 'solo'])
const WHY: Readonly<Partial<Record<RegionRole, ErrorCode>>> = {
  standby: 'ANTIPODE_STANDBY',
  frozen: 'ANTIPODE_FROZEN',
  draining: 'ANTIPODE_DRAINING',
}

/**
 * `POST /reports`, from data planes.
 *
 * The leader of the region that may write takes a report in. Every other control plane hands it on while the data plane
 * waits: a member to its leader, a standby to the peer. None keeps it: what is not accepted stays in the data plane's
 * spool, which outlives them all, so that no control plane that ends takes a report with it.
 */
export function receiveReports(sync: FastifyInstance, services: ReportServices, callers: CallerCheck): void {
  sync.addContentTypeParser(
    'application/gzip',
    { parseAs: 'buffer', bodyLimit: MOST_REPORT_BYTES },
    (_request, body, done) => done(null, body),
  )
  // A packed report is JSON to its sender and bytes to whoever hands it on.
  sync.addHook('onRequest', async (request) => {
    const [path] = request.url.split('?', 1)
    if (path !== '/reports' && path !== RELAY_PATH) return
    if (request.headers['content-encoding'] === 'gzip') request.headers['content-type'] = 'application/gzip'
  })

  sync.post('/reports', { bodyLimit: MOST_REPORT_BYTES }, async (request, reply) => {
    const { group } = callers.allow(request, 'data-plane')
    const body = bytesOf(request.body)
    const leader = services.leader()
    const role = services.role()
    if (leader !== undefined) return handOn(reply, `https://${leader}`, group, body)
    if (role === 'standby' && services.peer !== null) return handOn(reply, services.peer, group, body)
    return takeIn(reply, group, body)
  })

  sync.post(RELAY_PATH, { bodyLimit: MOST_REPORT_BYTES }, async (request, reply) => {
    callers.allow(request, 'control-plane')
    const group = Buffer.from(String(request.headers['x-antipode-group'] ?? ''), 'base64url').toString()
    if (group === '') throw new AntipodeError('ANTIPODE_REPORT_REFUSED', { reason: 'it names no gateway group' })
    const body = bytesOf(request.body)
    // A balancer may have brought it to a control plane that does not lead; what comes from there goes no further.
    const leader = services.leader()
    return leader !== undefined ? handOn(reply, `https://${leader}`, group, body) : takeIn(reply, group, body)
  })

  async function takeIn(reply: FastifyReply, group: string, body: Buffer): Promise<FastifyReply> {
    const { region } = services
    const role = services.role()
    if (!WRITING.has(role)) {
      reply.header('retry-after', COME_AGAIN.elsewhere)
      const details = { region, reason: 'reports are taken in by the region that writes', writer: null }
      throw new AntipodeError(WHY[role] ?? 'ANTIPODE_FENCED', details)
    }
    const report = await readReport(body)
    try {
      await services.intake.take(group, report)
    } catch (error) {
      reply.header('retry-after', COME_AGAIN.busy)
      throw error
    }
    return reply.code(204).send()
  }

  async function handOn(reply: FastifyReply, origin: string, group: string, body: Buffer): Promise<FastifyReply> {
    const { region } = services
    try {
      const answer = await services.relay.handOn(origin, group, body)
      if (answer.retryAfter !== undefined) reply.header('retry-after', answer.retryAfter)
      if (answer.status === 204) return reply.code(204).send()
      // Whom the other does not let in, or does not know, is not the data plane.
      const isAboutReport = [400, 413, 422, 429, 503].includes(answer.status)
      if (isAboutReport) return reply.code(answer.status).type('application/json').send(answer.body)
      throw new Error(`it answered ${answer.status}`)
    } catch (error) {
      reply.header('retry-after', COME_AGAIN.elsewhere)
      const reason = `${origin}, which takes in reports, is out of reach: ${(error as Error).message}`
      throw new AntipodeError('ANTIPODE_UNAVAILABLE', { region, reason })
    }
  }
}

function bytesOf(body: unknown): Buffer {
  if (Buffer.isBuffer(body)) return body
  throw new AntipodeError('ANTIPODE_REPORT_REFUSED', { reason: 'it is not packed; send Content-Encoding: gzip' })
}

/** @throws AntipodeError ANTIPODE_REPORT_REFUSED, ANTIPODE_REPORT_TOO_LARGE */
export async function readReport(packed: Buffer, now = Date.now()): Promise<CallReport> {
  let report: unknown
  try {
    report = JSON.parse(String(await unpack(packed, { maxOutputLength: MOST_UNPACKED_BYTES })))
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new AntipodeError('ANTIPODE_REPORT_TOO_LARGE', { bytes: MOST_UNPACKED_BYTES })
    }
    throw new AntipodeError('ANTIPODE_REPORT_REFUSED', { reason: 'it is no packed JSON' })
  }
  if (!isReport(report)) {
    const [problem] = isReport.errors ?? []
    const reason = `${problem?.instancePath || 'it'} ${problem?.message}`
    throw new AntipodeError('ANTIPODE_REPORT_REFUSED', { reason })
  }
  if (report.minute < now - OLDEST_REPORT) {
    throw new AntipodeError('ANTIPODE_REPORT_REFUSED', { reason: `it is of ${new Date(report.minute).toISOString()}` })
  }
  return report
}
