import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { AuditLog } from '../audit/audit-log.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The user as whom somebody tries to log in here. */
    attemptedLogin: string | null
  }
}

const REFUSED = new Set([401, 403, 429])

/** Notes calls that were not let in or not allowed, and every try to log in. */
export function noteIncidents(
  app: FastifyInstance,
  audit: AuditLog,
  passesOn: (request: FastifyRequest) => boolean = () => false,
): void {
  app.decorateRequest('attemptedLogin', null)
  app.addHook('onResponse', async (request, reply) => {
    const { caller, attemptedLogin, ip, method, raw } = request
    const status = reply.statusCode
    // Whoever has no caller was not let in here, whatever is done with the others.
    if ((attemptedLogin === null && !REFUSED.has(status)) || (caller && passesOn(request))) return
    const [path = ''] = (raw.url ?? '').split('?')
    const by = attemptedLogin === null ? (caller?.name ?? 'unknown') : `user ${attemptedLogin}`
    audit.note({ kind: attemptedLogin === null ? 'denied' : 'login', by, address: ip, method, path, status })
  })
}
