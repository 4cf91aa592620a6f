import { createPrivateKey, type KeyObject, sign, X509Certificate } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import type { Frame, FrameSeal } from '../../model/frame.ts'

/** A frame as it goes over the wire, made once and shared by every connection. */
export interface SealedFrame {
  readonly plain: Buffer
  /** A complete gzip member; members may follow one another in one stream (RFC 1952 section 2.2). */
  readonly gzip: Buffer
}

/** Seals frames with the control plane's own Ed25519 key. */
export class FrameSigner {
  #key: KeyObject
  #certificate: string

  /** Both PEM. */
  constructor(certificate: string, key: string) {
    this.#key = createPrivateKey(key)
    this.#certificate = new X509Certificate(certificate).raw.toString('base64')
  }

  /** Signs with a renewed identity from now on. Both PEM. */
  renew(certificate: string, key: string): void {
    this.#key = createPrivateKey(key)
    this.#certificate = new X509Certificate(certificate).raw.toString('base64')
  }

  seal(frame: Frame): SealedFrame {
    const body = Buffer.from(JSON.stringify(frame))
    const seal: FrameSeal = {
      signature: sign(null, body, this.#key).toString('base64'),
      certificate: this.#certificate,
    }
    const plain = Buffer.concat([Buffer.from(`${JSON.stringify(seal)}\n`), body, Buffer.from('\n')])
    return { plain, gzip: gzipSync(plain, { level: 1 }) }
  }
}

/** Says that the connection lives. */
export const KEEP_ALIVE: SealedFrame = { plain: Buffer.from('\n'), gzip: gzipSync('\n') }
