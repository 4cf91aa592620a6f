import type { TLSSocket } from 'node:tls'
import type { FastifyRequest } from 'fastify'
import { type Identity, identityOf } from '../pki/identity.ts'

/** Who calls the sync listener, if they may. @throws an error of status 403 for everybody else */
export function allow<K extends Identity['kind']>(request: FastifyRequest, ...kinds: K[]): Identity & { kind: K } {
  const identity = identityOf((request.raw.socket as TLSSocket).getPeerCertificate())
  if (identity && (kinds as string[]).includes(identity.kind)) return identity as Identity & { kind: K }
  throw Object.assign(new Error(`${identity?.kind ?? 'an unknown identity'} may not call this`), { statusCode: 403 })
}
