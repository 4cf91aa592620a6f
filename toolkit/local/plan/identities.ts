import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CertificateIssuer, KeyPair } from '../../certificate-issuer.ts'
import { restoreIdentity } from '../afflictions/expired-certificate.ts'

export interface IdentityFiles {
  readonly certificate: string
  readonly key: string
}

/** Paths of every identity of a local deployment. */
export interface Identities {
  readonly authority: IdentityFiles
  readonly operator: IdentityFiles
  /** By region. */
  readonly controlPlanes: ReadonlyMap<string, IdentityFiles>
  readonly dataPlanes: IdentityFiles
}

/** The gateway group that local data planes join. */
export const GATEWAY_GROUP = 'default'

/**
 * The identities of a deployment, made where the directory does not hold them yet. The trust domain is the topology's
 * name; keys can be read by their owner alone.
 */
export async function provideIdentities(
  directory: string,
  trustDomain: string,
  regions: readonly string[],
  issuer: CertificateIssuer,
): Promise<Identities> {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const provide = async (name: string, make: () => Promise<KeyPair>): Promise<IdentityFiles> => {
    const files = { certificate: join(directory, `${name}.crt`), key: join(directory, `${name}.key`) }
    // A run that ended in the middle of a fault may have left the good ones aside.
    restoreIdentity(files)
    if (!existsSync(files.key)) {
      const pair = await make()
      writeFileSync(files.certificate, pair.certificate, { mode: 0o644 })
      writeFileSync(files.key, pair.key, { mode: 0o600 })
    }
    return files
  }
  const authorityFiles = await provide('ca', () => issuer.createAuthority(trustDomain))
  const authority = {
    certificate: readFileSync(authorityFiles.certificate, 'utf8'),
    key: readFileSync(authorityFiles.key, 'utf8'),
  }
  const issue = (name: string, path: string, usage: 'server+client' | 'client'): Promise<IdentityFiles> =>
    provide(name, () => issuer.issueCertificate({ authority, uri: `spiffe://${trustDomain}/${path}`, usage }))
  const [operator, dataPlanes, ...controlPlanes] = await Promise.all([
    issue('operator', 'operator', 'client'),
    issue('data-plane', `group/${GATEWAY_GROUP}`, 'client'),
    ...regions.map((region) => issue(`control-plane-${region}`, `region/${region}/control-plane`, 'server+client')),
  ])
  return {
    authority: authorityFiles,
    operator,
    dataPlanes,
    controlPlanes: new Map(regions.map((region, i) => [region, controlPlanes[i]!])),
  }
}
