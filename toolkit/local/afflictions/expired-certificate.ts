import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { IdentityFiles } from '../plan/identities.ts'
import type { Foundation } from '../supervisor/foundation.ts'
import type { Remedy } from './remedy.ts'

/** Seconds since the certificate's end. */
const EXPIRED_FOR = 60

/** The control plane starts again with a certificate that is past its end; the good one lies beside it and comes back. */
export const expiredCertificate: Remedy<'expired-certificate'> = {
  async inflict({ foundation, kill, start }, { region }) {
    const { plan, identities, issuer } = foundation
    const authority = {
      certificate: readFileSync(identities.authority.certificate, 'utf8'),
      key: readFileSync(identities.authority.key, 'utf8'),
    }
    const uri = `spiffe://${plan.name}/region/${region}/control-plane`
    const expired = await issuer.issueCertificate({ authority, uri, usage: 'server+client', life: -EXPIRED_FOR })
    const { certificate, key } = filesOf(foundation, region)
    await kill('control-plane')
    for (const file of [certificate, key]) if (!existsSync(asideOf(file))) renameSync(file, asideOf(file))
    writeFileSync(certificate, expired.certificate, { mode: 0o644 })
    writeFileSync(key, expired.key, { mode: 0o600 })
    await start('control-plane')
  },
  async relieve({ foundation, kill, start }, { region }) {
    if (!restoreIdentity(filesOf(foundation, region))) return
    await kill('control-plane')
    await start('control-plane')
  },
}

/** Puts the good files back where they were laid aside; false where they were not. */
export function restoreIdentity({ certificate, key }: IdentityFiles): boolean {
  const aside = [certificate, key].filter((file) => existsSync(asideOf(file)))
  for (const file of aside) renameSync(asideOf(file), file)
  return aside.length > 0
}

function filesOf({ identities }: Foundation, region: string): IdentityFiles {
  return identities.controlPlanes.get(region)!
}

function asideOf(file: string): string {
  return `${file}.good`
}
