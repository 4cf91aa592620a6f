import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { refusal, refuse } from '../admin-api/answer.ts'
import { type AuditFilter, type AuditLog, MOST_LISTED } from '../audit/audit-log.ts'
import { AUDIT } from './access.ts'
import { demand } from './authorised-store.ts'

const PATH = '/api/audit_logs'
const MAX_PAGE_SIZE = 500

type Query = Readonly<Record<string, string | string[] | undefined>>

/**
 * `GET /api/audit_logs` lists entries, the newest first, in pages. `GET /api/audit_logs/export` gives all of them, the
 * oldest first, one JSON object a line. Both take `start_time` and `end_time` (seconds since 1970), `kind`, `by`,
 * `resource_type`, `resource_id` and `gateway_group`.
 */
export function addAuditEndpoints(app: FastifyInstance, audit: AuditLog): void {
  app.get<{ Querystring: Query }>(PATH, async (request, reply) => {
    demand(request.caller, AUDIT.read)
    const page = wholeNumber(request.query, 'page') ?? 1
    const size = wholeNumber(request.query, 'page_size') ?? 50
    if (page < 1 || size < 1 || size > MAX_PAGE_SIZE) {
      throw refusal(`page is at least 1, page_size is between 1 and ${MAX_PAGE_SIZE}`)
    }
    if (page * size > MOST_LISTED) throw refusal(`only ${MOST_LISTED} entries are listed; narrow the time, or export`)
    const { list, total } = await audit.list(readFilter(request.query), (page - 1) * size, size)
    return sendJson(reply, { list, total })
  })

  app.get<{ Querystring: Query }>(`${PATH}/export`, async (request, reply) => {
    demand(request.caller, AUDIT.export)
    const entries = audit.export(readFilter(request.query))[Symbol.asyncIterator]()
    // What cannot be read at all is said with a status; what breaks later ends the answer short.
    const first = await entries.next()
    reply.headers({ 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' })
    return reply.send(Readable.from(lines(first, entries), { objectMode: false }))
  })

  app.route({
    method: ['POST', 'PUT', 'PATCH', 'DELETE'],
    url: PATH,
    handler: async (_request, reply) => {
      const { status, body } = refuse(405, 'the audit log is only added to')
      return sendJson(reply.code(status), body as object)
    },
  })
}

async function* lines(first: IteratorResult<object>, entries: AsyncIterator<object>): AsyncIterable<Buffer> {
  for (let next = first; !next.done; next = await entries.next()) yield Buffer.from(`${JSON.stringify(next.value)}\n`)
}

/** @throws Refusal 400 naming what cannot be read */
function readFilter(query: Query): AuditFilter {
  const [from, until] = ['start_time', 'end_time'].map((name) => time(query, name))
  const [kind, by] = ['kind', 'by'].map((name) => text(query, name))
  const [resourceType, resourceId] = ['resource_type', 'resource_id'].map((name) => text(query, name))
  const group = text(query, 'gateway_group')
  return {
    ...(from && { from }),
    ...(until && { until }),
    ...(kind !== undefined && { kind }),
    ...(by !== undefined && { by }),
    ...(resourceType !== undefined && { resourceType }),
    ...(resourceId !== undefined && { resourceId }),
    ...(group !== undefined && { group }),
  }
}

function time(query: Query, name: string): Date | undefined {
  const seconds = wholeNumber(query, name)
  if (seconds === undefined) return undefined
  const date = new Date(seconds * 1000)
  // PostgreSQL knows no times before 4713 BC, and nobody asks for them.
  if (Number.isNaN(date.valueOf()) || seconds < 0) throw refusal(`${name} is a time in seconds since 1970`)
  return date
}

function wholeNumber(query: Query, name: string): number | undefined {
  const written = text(query, name)
  if (written === undefined) return undefined
  if (!/^\d{1,12}$/.test(written)) throw refusal(`${name} is a whole number`)
  return Number(written)
}

function text(query: Query, name: string): string | undefined {
  const written = query[name]
  if (Array.isArray(written)) throw refusal(`${name} is given more than once`)
  if (written?.includes('\0')) throw refusal(`${name} holds a character that nothing has`)
  return written
}

function sendJson(reply: FastifyReply, body: object): FastifyReply {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' }
  return reply.headers(headers).send(Buffer.from(JSON.stringify(body)))
}
