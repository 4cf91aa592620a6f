import { X509Certificate } from 'node:crypto'
import { certificatesIn } from '../../model/pem.ts'
import { keyId } from '../../model/signed-token.ts'
import type { AuditLog, Incident } from '../audit/audit-log.ts'
import type { ConnectionOrder } from './connection-order.ts'
import type { Credential } from './credential.ts'
import type { Issuer } from './issuer.ts'
import type { LiveTrust } from './live-trust.ts'

type Notes = Pick<AuditLog, 'note'>

/** Notes what a data plane was given to connect with: whom it was made for and until when, and nothing secret of it. */
export function noteIssued(
  audit: Notes,
  caller: Pick<Incident, 'by' | 'address' | 'method' | 'path'>,
  { form, group, region, index }: ConnectionOrder,
  { credential, expires }: { readonly credential: Credential; readonly expires: string },
): void {
  const change = {
    ...{ type: `connections@${group}`, id: credential, before: null },
    after: { form, group, region, index, expires },
  }
  audit.note({ kind: 'issued', ...caller, status: 201, changes: [change] })
}

/**
 * Notes each time that other authorities are trusted, or another one issues.
 *
 * @param speaks whether this control plane is the one of its region that says so
 */
export function noteAuthorities(audit: Notes, trust: LiveTrust, issuer: Issuer, speaks: () => boolean): void {
  const now = () => ({
    issues: issuer.authorityId,
    trusted: certificatesIn(trust.tls.ca).map((pem) => keyId(new X509Certificate(pem).publicKey)),
  })
  let before = now()
  trust.onChange(() => {
    const [was, after] = [before, now()]
    before = after
    if (JSON.stringify(after) === JSON.stringify(was) || !speaks()) return
    const change = { type: 'authority', id: after.issues ?? 'none', before: was, after }
    const nobody = { by: 'the control plane', address: null, method: null, path: null }
    audit.note({ kind: 'authority', ...nobody, status: 200, changes: [change] })
  })
}
