import 'reflect-metadata'
import { randomUUID, X509Certificate } from 'node:crypto'
import { Pkcs10CertificateRequestGenerator } from '@peculiar/x509'

/** What a TLS client shows. PEM. */
export interface TlsIdentity {
  readonly certificate: string
  readonly key: string
}

/**
 * Who this process is: the group's bundle, which any number of replicas share, until a control plane has issued it a
 * leaf of its own. The leaf's key is made here and never leaves the process.
 */
export class InstanceIdentity {
  readonly runId = randomUUID()
  readonly bundle: TlsIdentity
  #key = ''
  #leaf: TlsIdentity | undefined
  #renewAt = 0

  constructor(bundle: TlsIdentity) {
    this.bundle = bundle
  }

  /** What to show outside registration. */
  get current(): TlsIdentity {
    return this.#leaf ?? this.bundle
  }

  /** ISO 8601. */
  get expiry(): string {
    return new X509Certificate(this.current.certificate).validToDate.toISOString()
  }

  /** True once two thirds of the leaf's life are over. */
  get isDueForRenewal(): boolean {
    return this.#leaf !== undefined && Date.now() >= this.#renewAt
  }

  /** PEM of a PKCS#10 request for a new key. */
  async createRequest(): Promise<string> {
    const algorithm = { name: 'Ed25519' }
    const keys = (await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair
    const request = await Pkcs10CertificateRequestGenerator.create({
      name: `CN=${this.runId}`,
      keys,
      signingAlgorithm: algorithm,
    })
    const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64')
    this.#key = `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n`
    return request.toString('pem')
  }

  /** The leaf that answers the newest request. */
  adopt(certificate: string): void {
    const { validFromDate, validToDate } = new X509Certificate(certificate)
    const life = validToDate.getTime() - validFromDate.getTime()
    this.#renewAt = validFromDate.getTime() + (life * 2) / 3
    this.#leaf = { certificate, key: this.#key }
  }
}

type CryptoKeyPair = Awaited<ReturnType<typeof crypto.subtle.generateKey>> & {
  readonly privateKey: Parameters<typeof crypto.subtle.exportKey>[1]
  readonly publicKey: Parameters<typeof crypto.subtle.exportKey>[1]
}
