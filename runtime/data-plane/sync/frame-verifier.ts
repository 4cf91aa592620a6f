import { verify, X509Certificate } from 'node:crypto'
import type { Frame, FrameSeal } from '../../model/frame.ts'
import { certificatesIn } from '../../model/pem.ts'
import { FrameRefusal } from '../configuration/frame-refusal.ts'

const CONTROL_PLANE = /(?:^|, )URI:spiffe:\/\/([^/,\s]+)\/region\/[^/,\s]+\/control-plane(?:,|$)/
const DATA_PLANE = /(?:^|, )URI:spiffe:\/\/([^/,\s]+)\/group\//

/** The trust domain of a control plane's certificate; undefined when it is not one. `names` as node writes them. */
export function controlPlaneTrustDomain(names: string | undefined): string | undefined {
  return CONTROL_PLANE.exec(names ?? '')?.[1]
}

/** The trust domain of a data plane's own certificate (PEM). */
export function dataPlaneTrustDomain(certificate: string): string | undefined {
  return DATA_PLANE.exec(new X509Certificate(certificate).subjectAltName ?? '')?.[1]
}

/** Opens sealed frames: what is not signed by a control plane of this deployment is never looked at. */
export class FrameVerifier {
  #anchors: readonly X509Certificate[]
  /** Trusted earlier: what was received and kept then is still good. */
  #past: readonly X509Certificate[]
  readonly #trustDomain: string | undefined
  /** Signers already traced to an anchor, by certificate. There are as many as control planes. */
  readonly #signers = new Map<string, X509Certificate>()
  #revoked: ReadonlySet<string> = new Set()

  /**
   * @param anchors PEM of one authority, or of several while it rotates
   * @param past PEM of authorities whose frames are believed in the cache alone
   */
  constructor(anchors: string, trustDomain: string | undefined, past = '') {
    this.#anchors = parse(anchors)
    this.#past = parse(past)
    this.#trustDomain = trustDomain
  }

  /** Trusts these authorities from now on, and no others. */
  trust(anchors: string): void {
    this.#past = [...this.#past, ...this.#anchors]
    this.#anchors = parse(anchors)
    this.#signers.clear()
  }

  /** Believes no control plane any more whose certificate is among these: `certificate/<serial>`. */
  refuse(revoked: readonly string[]): void {
    this.#revoked = new Set(revoked)
  }

  /** @throws FrameRefusal forged */
  open(seal: Buffer, body: Buffer): Frame {
    return this.#open(seal, body, Date.now(), this.#signers, this.#anchors)
  }

  /**
   * Opens a frame that this process, or one before it, had opened already.
   *
   * @param at when: the signer's certificate may have run out since, and its authority may be trusted no more
   * @throws FrameRefusal forged
   */
  openKept(seal: Buffer, body: Buffer, at: number): Frame {
    return this.#open(seal, body, at, new Map(), [...this.#anchors, ...this.#past])
  }

  #open(
    seal: Buffer,
    body: Buffer,
    at: number,
    signers: Map<string, X509Certificate>,
    anchors: readonly X509Certificate[],
  ): Frame {
    try {
      const { signature, certificate } = JSON.parse(seal.toString()) as FrameSeal
      const signer = signers.get(certificate) ?? this.#trace(certificate, anchors)
      if (at < signer.validFromDate.getTime() || at > signer.validToDate.getTime()) {
        throw new Error("the signer's certificate is not valid at this time")
      }
      if (signers === this.#signers && this.#revoked.has(credentialOf(signer))) {
        throw new Error("the signer's certificate was revoked")
      }
      if (!verify(null, body, signer.publicKey, Buffer.from(signature, 'base64')))
        throw new Error('the signature is wrong')
      signers.set(certificate, signer)
      return JSON.parse(body.toString()) as Frame
    } catch (error) {
      throw new FrameRefusal('forged', `a frame is not to be trusted: ${(error as Error).message}`)
    }
  }

  #trace(certificate: string, anchors: readonly X509Certificate[]): X509Certificate {
    const signer = new X509Certificate(Buffer.from(certificate, 'base64'))
    const anchor = anchors.find((authority) => signer.checkIssued(authority) && signer.verify(authority.publicKey))
    if (!anchor) throw new Error('the signer is unknown to the authority')
    const trustDomain = controlPlaneTrustDomain(signer.subjectAltName)
    if (trustDomain === undefined) throw new Error('the signer is not a control plane')
    if (this.#trustDomain !== undefined && trustDomain !== this.#trustDomain) {
      throw new Error(`the signer belongs to ${trustDomain}, not ${this.#trustDomain}`)
    }
    return signer
  }
}

function credentialOf({ serialNumber }: X509Certificate): string {
  return `certificate/${serialNumber.toLowerCase().replace(/^0+/, '')}`
}

function parse(anchors: string): X509Certificate[] {
  return certificatesIn(anchors).map((pem) => new X509Certificate(pem))
}
