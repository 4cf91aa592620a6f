import 'reflect-metadata'
import { randomUUID, X509Certificate } from 'node:crypto'
import { Pkcs10CertificateRequestGenerator } from '@peculiar/x509'

/** What a TLS client shows. PEM. */
export interface TlsIdentity {
  readonly certificate: string
  readonly key: string
}

/** What a data plane was configured with: a bundle, or a token where it has no certificate yet. */
export type Introduction = TlsIdentity | { readonly token: string }

/** A request for a leaf, with the key that it is for. */
export interface LeafRequest {
  /** PEM of a PKCS#10 request. */
  readonly request: string
  /** PEM; it never leaves the process but to its own cache. */
  readonly key: string
}

/** Longest wait that a timer of Node can count. Milliseconds. */
const LONGEST_WAIT = 2 ** 31 - 1

/**
 * Who this process is: what it was configured with, which any number of replicas share, until a control plane has issued
 * it a leaf of its own. When a leaf is to be renewed is counted from its arrival by the clock that nobody sets, so that
 * two machines that disagree about the time agree about this.
 */
export class InstanceIdentity {
  readonly runId = randomUUID()
  readonly introduction: Introduction
  #leaf: TlsIdentity | undefined
  #renewAt = Number.POSITIVE_INFINITY

  /** @param leaf kept from an earlier run; not used where it has expired */
  constructor(introduction: Introduction, leaf?: TlsIdentity | null) {
    this.introduction = introduction
    if (leaf && new X509Certificate(leaf.certificate).validToDate.getTime() > Date.now()) this.#leaf = leaf
  }

  /** What to show. */
  get current(): Introduction {
    return this.#leaf ?? this.introduction
  }

  get leaf(): TlsIdentity | undefined {
    return this.#leaf
  }

  /** ISO 8601; null while there is no certificate. */
  get expiry(): string | null {
    const { current } = this
    return 'certificate' in current ? new X509Certificate(current.certificate).validToDate.toISOString() : null
  }

  /** Milliseconds until the leaf is to be renewed, as far as a timer can count. */
  get renewIn(): number {
    return Math.min(LONGEST_WAIT, Math.max(0, this.#renewAt - performance.now()))
  }

  async createRequest(): Promise<LeafRequest> {
    const algorithm = { name: 'Ed25519' }
    const keys = (await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair
    const request = await Pkcs10CertificateRequestGenerator.create({
      name: `CN=${this.runId}`,
      keys,
      signingAlgorithm: algorithm,
    })
    const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64')
    return {
      request: request.toString('pem'),
      key: `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n`,
    }
  }

  /** @param renewAfter seconds; without it two thirds of the life that the certificate tells of */
  adopt(leaf: TlsIdentity, renewAfter?: number): void {
    const { validFromDate, validToDate } = new X509Certificate(leaf.certificate)
    const wait = renewAfter ? renewAfter * 1000 : ((validToDate.getTime() - validFromDate.getTime()) * 2) / 3
    this.#renewAt = performance.now() + wait
    this.#leaf = leaf
  }

  /** The leaf is not accepted: back to what was configured. */
  forget(): void {
    this.#leaf = undefined
  }
}

type CryptoKeyPair = Awaited<ReturnType<typeof crypto.subtle.generateKey>> & {
  readonly privateKey: Parameters<typeof crypto.subtle.exportKey>[1]
  readonly publicKey: Parameters<typeof crypto.subtle.exportKey>[1]
}
