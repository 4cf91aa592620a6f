import { verify, X509Certificate } from 'node:crypto'
import type { Frame, FrameSeal } from '../../model/frame.ts'
import { FrameRefusal } from '../configuration/frame-refusal.ts'

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g
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
  readonly #anchors: readonly X509Certificate[]
  readonly #trustDomain: string | undefined
  /** Signers already traced to an anchor, by certificate. There are as many as control planes. */
  readonly #signers = new Map<string, X509Certificate>()

  /** @param anchors PEM of one authority, or of several while it rotates */
  constructor(anchors: string, trustDomain: string | undefined) {
    this.#anchors = (anchors.match(CERTIFICATE) ?? []).map((pem) => new X509Certificate(pem))
    this.#trustDomain = trustDomain
  }

  /**
   * @param at when the frame was received: a signer's certificate may have run out since
   * @throws FrameRefusal forged
   */
  open(seal: Buffer, body: Buffer, at = Date.now()): Frame {
    try {
      const { signature, certificate } = JSON.parse(seal.toString()) as FrameSeal
      const signer = this.#signers.get(certificate) ?? this.#trace(certificate)
      if (at < signer.validFromDate.getTime() || at > signer.validToDate.getTime()) {
        throw new Error("the signer's certificate is not valid at this time")
      }
      if (!verify(null, body, signer.publicKey, Buffer.from(signature, 'base64')))
        throw new Error('the signature is wrong')
      this.#signers.set(certificate, signer)
      return JSON.parse(body.toString()) as Frame
    } catch (error) {
      throw new FrameRefusal('forged', `a frame is not to be trusted: ${(error as Error).message}`)
    }
  }

  #trace(certificate: string): X509Certificate {
    const signer = new X509Certificate(Buffer.from(certificate, 'base64'))
    const anchor = this.#anchors.find(
      (authority) => signer.checkIssued(authority) && signer.verify(authority.publicKey),
    )
    if (!anchor) throw new Error('the signer is unknown to the authority')
    const trustDomain = controlPlaneTrustDomain(signer.subjectAltName)
    if (trustDomain === undefined) throw new Error('the signer is not a control plane')
    if (this.#trustDomain !== undefined && trustDomain !== this.#trustDomain) {
      throw new Error(`the signer belongs to ${trustDomain}, not ${this.#trustDomain}`)
    }
    return signer
  }
}
