import { createPrivateKey, createPublicKey, randomUUID, X509Certificate } from 'node:crypto'
import { type ConnectionToken, signConnectionToken } from '../../model/connection-token.ts'
import { AntipodeError } from '../../model/errors.ts'
import { type RegionEntry, signDirectory } from '../../model/region-directory.ts'
import { keyId, type SigningKey } from '../../model/signed-token.ts'
import { issueCertificate, type KeyPair } from './authority.ts'
import { publicKeyOfRequest } from './certificate-request.ts'
import { type Credential, certificateCredential } from './credential.ts'
import type { LiveTrust } from './live-trust.ts'

/** An identity's own certificate and how long it is good. */
export interface InstanceLeaf {
  /** PEM. */
  readonly certificate: string
  /** Seconds after which it is to be renewed. */
  readonly renewAfter: number
}

/** What a group's data planes identify themselves with. */
export interface Bundle {
  /** PEM. */
  readonly certificate: string
  /** PEM; absent where whoever asked has it. */
  readonly key?: string
  readonly credential: Credential
  /** ISO 8601. */
  readonly expires: string
}

/** A leaf is renewed once this share of its life is over. */
const RENEWED_AT = 2 / 3

/** Issues what data planes identify themselves with, by the deployment's authority. Nothing issued is written down. */
export class Issuer {
  readonly #trust: LiveTrust
  readonly #instanceLife: number
  #known: { readonly authority: KeyPair | null; readonly id: string | null } = { authority: null, id: null }
  #directory: { readonly content: string; readonly text: string } | undefined

  /** @param instanceLife seconds */
  constructor(trust: LiveTrust, instanceLife: number) {
    this.#trust = trust
    this.#instanceLife = instanceLife
  }

  /** Names the authority that issues now; see `keyId`. Null where none does. */
  get authorityId(): string | null {
    const { authority } = this.#trust
    if (authority !== this.#known.authority) {
      this.#known = { authority, id: authority && keyId(new X509Certificate(authority.certificate).publicKey) }
    }
    return this.#known.id
  }

  /** @param request PEM of a PKCS#10 request. @throws AntipodeError ANTIPODE_REFUSED */
  async instanceLeaf(group: string, instance: string, origin: Credential, request: string): Promise<InstanceLeaf> {
    const authority = this.#authority()
    const publicKey = await publicKeyOfRequest(request).catch(refuseRequest)
    const uri = `spiffe://${this.#trust.trustDomain}/group/${group}/instance/${instance}`
    const life = this.#instanceLife
    const { certificate } = await issueCertificate({ authority, uri, usage: 'client', publicKey, life, origin })
    return { certificate, renewAfter: life * RENEWED_AT }
  }

  /**
   * A certificate that serves any number of a group's replicas, with its key unless that is somebody else's.
   *
   * @param life seconds
   * @param request PEM of a PKCS#10 request
   * @throws AntipodeError ANTIPODE_REFUSED
   */
  async bundle(group: string, life: number, request?: string): Promise<Bundle> {
    const authority = this.#authority()
    const uri = `spiffe://${this.#trust.trustDomain}/group/${group}`
    const order = { authority, uri, usage: 'client', life } as const
    const { certificate, key } =
      request === undefined
        ? await issueCertificate(order)
        : await publicKeyOfRequest(request)
            .then((publicKey) => issueCertificate({ ...order, publicKey }))
            .catch(refuseRequest)
    const { serialNumber, validToDate } = new X509Certificate(certificate)
    const issued = { certificate, credential: certificateCredential(serialNumber)!, expires: validToDate.toISOString() }
    return request === undefined ? { ...issued, key } : issued
  }

  /**
   * @param life seconds
   * @param jti what it is revoked by. @default made up
   */
  token(names: Pick<ConnectionToken, 'sub' | 'region' | 'group' | 'index'>, life: number, jti: string = randomUUID()) {
    const iat = Math.floor(Date.now() / 1000)
    const iss = `spiffe://${this.#trust.trustDomain}`
    const claims = { iss, ...names, jti, iat, exp: iat + Math.ceil(life) }
    const credential: Credential = `token/${claims.jti}`
    const expires = new Date(claims.exp * 1000).toISOString()
    return { token: signConnectionToken(claims, this.#signingKey()), credential, expires }
  }

  /** The same text for the same regions, as long as the same authority issues: it goes out with every heartbeat. */
  directory(regions: readonly RegionEntry[]): string {
    const content = JSON.stringify([this.authorityId, this.#trust.trustDomain, regions])
    if (this.#directory?.content !== content) {
      const iss = `spiffe://${this.#trust.trustDomain}`
      const text = signDirectory({ iss, iat: Math.floor(Date.now() / 1000), regions }, this.#signingKey())
      this.#directory = { content, text }
    }
    return this.#directory.text
  }

  #signingKey(): SigningKey {
    const privateKey = createPrivateKey(this.#authority().key)
    return { id: keyId(createPublicKey(privateKey)), privateKey }
  }

  #authority(): KeyPair {
    if (this.#trust.authority) return this.#trust.authority
    throw new AntipodeError('ANTIPODE_REFUSED', { reason: 'this control plane issues no certificates' })
  }
}

function refuseRequest(cause: Error): never {
  throw new AntipodeError('ANTIPODE_REFUSED', { reason: `the certificate request: ${cause.message}` }, { cause })
}
