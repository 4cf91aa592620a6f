import { X509Certificate } from 'node:crypto'
import type { Logger } from 'pino'
import { checkCertificatePair } from '../../model/certificate-pair.ts'
import { AntipodeError } from '../../model/errors.ts'
import { certificatesIn, readPem } from '../../model/pem.ts'
import type { RuntimeConfig } from '../../model/runtime-config.ts'
import { keysOf } from '../../model/signed-token.ts'
import type { KeyPair } from './authority.ts'
import { parseIdentity } from './identity.ts'

/** What a TLS client or server is made with, as it is at this moment; PEM. Spreading it takes a copy. */
export interface TlsMaterial {
  readonly cert: string
  readonly key: string
  /** Every authority that is trusted, one certificate after the other. */
  readonly ca: string
}

interface Material extends TlsMaterial {
  readonly authority: KeyPair | null
}

const LOOK_EVERY = 1_000

/**
 * The control plane's own certificate, the authorities it trusts and the one it issues with, read again from their
 * files as soon as these change, so that a certificate is renewed and an authority replaced without a restart and
 * without a connection dropped. Files that do not belong together yet are waited for.
 */
export class LiveTrust {
  readonly tls: TlsMaterial
  /** Of the control plane's own certificate; it never changes. */
  readonly trustDomain: string
  readonly #config: RuntimeConfig
  readonly #logger: Logger
  readonly #listeners: (() => void)[] = []
  readonly #timer: NodeJS.Timeout
  #material: Material
  #looking = false
  /** Asked with every heartbeat on a connection, so each is looked up once. */
  readonly #issuers = new WeakMap<X509Certificate, string | null>()

  /** @throws AntipodeError CONFIG_INVALID, or an error of the file system */
  static async open(config: RuntimeConfig, logger: Logger): Promise<LiveTrust> {
    const material = await readMaterial(config)
    const problem = problemOf(material)
    if (problem) throw new AntipodeError('CONFIG_INVALID', { file: 'deployment.certs', problems: problem })
    return new LiveTrust(config, material, logger)
  }

  private constructor(config: RuntimeConfig, material: Material, logger: Logger) {
    this.#config = config
    this.#material = material
    this.#logger = logger
    this.trustDomain = trustDomainOf(material.cert)!
    const current = () => this.#material
    this.tls = {
      get cert() {
        return current().cert
      },
      get key() {
        return current().key
      },
      get ca() {
        return current().ca
      },
    }
    this.#timer = setInterval(() => void this.#look(), LOOK_EVERY).unref()
  }

  /** What issues certificates and tokens here. */
  get authority(): KeyPair | null {
    return this.#material.authority
  }

  /** Names the trusted authority that issued this certificate; see `keyId`. Null where none did. */
  issuerOf(certificate: X509Certificate): string | null {
    let id = this.#issuers.get(certificate)
    if (id === undefined) {
      id = [...keysOf(this.#material.ca)].find(([, key]) => certificate.verify(key))?.[0] ?? null
      this.#issuers.set(certificate, id)
    }
    return id
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener)
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #otherDomain({ cert }: Material): string | undefined {
    const found = trustDomainOf(cert)
    return found === this.trustDomain ? undefined : `cert belongs to ${found}, not ${this.trustDomain}`
  }

  async #look(): Promise<void> {
    if (this.#looking) return
    this.#looking = true
    try {
      const material = await readMaterial(this.#config)
      if (JSON.stringify(material) === JSON.stringify(this.#material)) return
      const problem = problemOf(material) ?? this.#otherDomain(material)
      if (problem) return this.#logger.warn({ problem }, 'changed certificates are not taken yet')
      this.#material = material
      this.#logger.info({ authorities: certificatesIn(material.ca).length }, 'took changed certificates')
      for (const listener of this.#listeners) listener()
    } catch (error) {
      this.#logger.warn({ problem: (error as Error).message }, 'certificates cannot be read')
    } finally {
      this.#looking = false
    }
  }
}

async function readMaterial({ certs, controlPlane }: RuntimeConfig): Promise<Material> {
  const { authority } = controlPlane
  const sources = [certs.cert, certs.key, certs.ca, ...(authority ? [authority.cert, authority.key] : [])]
  const [cert, key, ca, certificate, authorityKey] = await Promise.all(sources.map(readPem))
  const issuer = certificate !== undefined && authorityKey !== undefined ? { certificate, key: authorityKey } : null
  return { cert: cert!, key: key!, ca: ca!, authority: issuer }
}

function problemOf({ cert, key, ca, authority }: Material): string | undefined {
  if (certificatesIn(ca).length === 0) return 'trusted_ca_cert holds no certificate'
  if (trustDomainOf(cert) === undefined) return 'cert is not the certificate of a control plane'
  const pair =
    checkCertificatePair(cert, key) ?? (authority && checkCertificatePair(authority.certificate, authority.key))
  if (pair) return pair
  const anchors = certificatesIn(ca).map((pem) => new X509Certificate(pem))
  const own = new X509Certificate(cert)
  if (!anchors.some((anchor) => own.verify(anchor.publicKey))) return 'cert is not issued by one in trusted_ca_cert'
  const issuer = authority && new X509Certificate(authority.certificate)
  if (issuer && !anchors.some((anchor) => anchor.fingerprint256 === issuer.fingerprint256)) {
    return 'authority.cert is not in trusted_ca_cert'
  }
  return undefined
}

function trustDomainOf(cert: string): string | undefined {
  try {
    const name = new X509Certificate(cert).subjectAltName?.split(', ').find((text) => text.startsWith('URI:'))
    const identity = parseIdentity(name?.slice('URI:'.length) ?? '')
    return identity?.kind === 'control-plane' ? identity.trustDomain : undefined
  } catch {
    return undefined
  }
}
