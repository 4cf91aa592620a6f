import { readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import type { Readable } from 'node:stream'
import type { Identities } from '../plan/identities.ts'
import type { Listener } from '../plan/local-plan.ts'

export interface DataPlaneCall {
  readonly method: 'GET' | 'POST'
  readonly path: string
  /** JSON. */
  readonly body?: Readable
  readonly signal?: AbortSignal
}

/** Calls a control plane's sync listener with the bundle that the local data planes share. */
export function callAsDataPlane(identities: Identities, { ip, port }: Listener, call: DataPlaneCall) {
  const { method, path, body, signal } = call
  return new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = request(
      {
        ...{ host: ip, port, method, path, agent: false, minVersion: 'TLSv1.3' },
        ca: readFileSync(identities.authority.certificate),
        cert: readFileSync(identities.dataPlanes.certificate),
        key: readFileSync(identities.dataPlanes.key),
        // It names a region, not a host.
        checkServerIdentity: () => undefined,
        ...(body && { headers: { 'content-type': 'application/json' } }),
        ...(signal && { signal }),
      },
      resolve,
    )
    outgoing.on('error', reject)
    if (body) body.pipe(outgoing)
    else outgoing.end()
  })
}
