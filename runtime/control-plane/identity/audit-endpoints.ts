import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { refusal, refuse } from '../admin-api/answer.ts'
import { type AuditLog, MOST_LISTED } from '../audit/audit-log.ts'
import { AUDIT } from './access.ts'
import { readAuditFilter, readAuditQuery } from './audit-query.ts'
import { demand } from './authorised-store.ts'

const PATH = '/api/audit_logs'

type Query = Readonly<Record<string, string | string[] | undefined>>

/**
 * `GET /api/audit_logs` lists entries, the newest first, in pages. `GET /api/audit_logs/export` gives all of them, the
 * oldest first, one JSON object a line. Both take `start_time` and `end_time` (seconds since 1970), `kind`, `by`,
 * `resource_type`, `resource_id` and `gateway_group`.
 */
export function addAuditEndpoints(app: FastifyInstance, audit: AuditLog): void {
  app.get<{ Querystring: Query }>(PATH, async (request, reply) => {
    demand(request.caller, AUDIT.read)
    const { filter, page, size } = readAuditQuery(request.query)
    if (page * size > MOST_LISTED) throw refusal(`only ${MOST_LISTED} entries are listed; narrow the time, or export`)
    const { list, total } = await audit.list(filter, (page - 1) * size, size)
    return sendJson(reply, { list, total })
  })

  app.get<{ Querystring: Query }>(`${PATH}/export`, async (request, reply) => {
    demand(request.caller, AUDIT.export)
    const entries = audit.export(readAuditFilter(request.query))[Symbol.asyncIterator]()
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

function sendJson(reply: FastifyReply, body: object): FastifyReply {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' }
  return reply.headers(headers).send(Buffer.from(JSON.stringify(body)))
}
