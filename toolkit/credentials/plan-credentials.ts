import { randomBytes } from 'node:crypto'
import { AntipodeError } from '../../runtime/model/errors.ts'
import type { CertificateIssuer, KeyPair } from '../certificate-issuer.ts'
import { identityProblem, readPair } from './identity-problem.ts'
import type { SecretStore } from './secret-store.ts'
import type { WantedSecret } from './wanted-secret.ts'

/** What is to happen to one secret. */
export interface CredentialStep extends WantedSecret {
  readonly does: 'keep' | 'fill' | 'renew'
  /** Why it is renewed. */
  readonly because?: string
  /** What to write; absent where it is kept. */
  readonly value?: string
}

export interface CredentialPlan {
  readonly authority: KeyPair
  /** Authorities first: whoever is cut off half way has still one authority for everything. */
  readonly steps: readonly CredentialStep[]
}

export interface PlanOptions {
  readonly trustDomain: string
  readonly store: SecretStore
  readonly issuer: CertificateIssuer
  readonly now: Date
}

type Found = WantedSecret & { readonly stored: string | undefined }

/**
 * What each secret needs: one authority, one key of the Admin API and one of the keyring for the whole deployment, so
 * that each outlives the loss of a region and a standby opens what its writer sealed, and an identity of its own where
 * one is wanted. What is good is kept.
 *
 * @throws AntipodeError CREDENTIALS_DIFFER where regions hold different authorities or keys, since somebody must choose
 */
export async function planCredentials(wanted: readonly WantedSecret[], options: PlanOptions): Promise<CredentialPlan> {
  const { trustDomain, store, issuer, now } = options
  const found = await Promise.all(
    wanted.map(async (secret): Promise<Found> => ({ ...secret, stored: await store.read(secret) })),
  )
  const held = (kind: WantedSecret['holds']) => found.filter(({ holds }) => holds === kind)
  const authorities = held('authority')
  const keys = held('key')
  const keyrings = held('keyring')
  const authorityText = common(authorities) ?? JSON.stringify(await issuer.createAuthority(trustDomain))
  const authority = readPair(authorityText)
  if (!authority) {
    const places = placesOf(authorities.filter(({ stored }) => stored !== undefined))
    throw new AntipodeError('CREDENTIALS_DIFFER', { places, reason: 'no certificate with its key' })
  }
  const key = common(keys) ?? randomBytes(32).toString('base64url')
  const keyring = common(keyrings) ?? randomBytes(32).toString('base64')
  return {
    authority,
    steps: [
      ...authorities.map((secret) => copied(secret, authorityText)),
      ...keys.map((secret) => copied(secret, key)),
      ...keyrings.map((secret) => copied(secret, keyring)),
      ...(await Promise.all(held('identity').map((secret) => issued(secret, authority, issuer, now)))),
    ],
  }
}

/** What all that are filled hold. */
function common(secrets: readonly Found[]): string | undefined {
  const filled = secrets.filter(({ stored }) => stored !== undefined)
  if (new Set(filled.map(({ stored }) => stored)).size > 1) {
    throw new AntipodeError('CREDENTIALS_DIFFER', {
      places: placesOf(filled),
      reason: 'different values, where all must hold the same',
    })
  }
  return filled[0]?.stored
}

function copied({ stored, ...secret }: Found, value: string): CredentialStep {
  return stored === undefined ? { ...secret, does: 'fill', value } : { ...secret, does: 'keep' }
}

async function issued(
  { stored, ...secret }: Found,
  authority: KeyPair,
  issuer: CertificateIssuer,
  now: Date,
): Promise<CredentialStep> {
  const identity = secret.identity ?? ''
  const because = stored === undefined ? undefined : identityProblem(stored, { identity, authority, now })
  if (stored !== undefined && because === undefined) return { ...secret, does: 'keep' }
  const usage = identity.endsWith('/control-plane') ? 'server+client' : 'client'
  const pair = await issuer.issueCertificate({ authority, uri: identity, usage })
  const value = JSON.stringify({ ...pair, authority: authority.certificate })
  return because === undefined ? { ...secret, does: 'fill', value } : { ...secret, does: 'renew', because, value }
}

function placesOf(secrets: readonly WantedSecret[]): string {
  return secrets.map(({ region, name }) => `${name} in ${region}`).join(' and ')
}
