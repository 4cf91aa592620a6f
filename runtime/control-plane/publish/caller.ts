import type { X509Certificate } from 'node:crypto'
import type { Http2Stream } from 'node:http2'
import type { TLSSocket } from 'node:tls'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { openConnectionToken } from '../../model/connection-token.ts'
import { AntipodeError } from '../../model/errors.ts'
import { keysOf, TokenRefusal } from '../../model/signed-token.ts'
import { type Credential, certificateCredential, originOf, tokenCredential } from '../pki/credential.ts'
import { type Identity, identityOf } from '../pki/identity.ts'
import type { Revocations } from '../pki/revocations.ts'

/** Who speaks on one connection of the sync listener. */
export type Caller = Identity & {
  /** Its certificate's or token's own credential. */
  readonly credential: Credential
  /** What it first registered with. */
  readonly origin: Credential
  /** Milliseconds since 1970. */
  readonly expires: number
  /** Absent from one that shows a token. */
  readonly certificate?: X509Certificate
}

export interface CallerCheckOptions {
  readonly revocations: Revocations
  /** PEM of every authority that is trusted now. */
  readonly anchors: () => string
  readonly trustDomain: string
  /** Paths on which a connection token does in place of a certificate. */
  readonly tokenPaths: ReadonlySet<string>
}

const WHY: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  INVALID_PURPOSE: 'its certificate is not for clients',
}
/** An open stream is looked at so often. */
const LOOK_AGAIN_EVERY = 2_000

/**
 * Tells who calls the sync listener, for every call and before anything else happens.
 *
 * The handshake lets everybody in, so that whoever is refused is told why: without a certificate, with an expired one
 * or one of another authority, 401; with a revoked one, 403. A connection outlives neither its certificate nor its
 * revocation: both are looked at with each call, and streams that are open are looked through every other second.
 */
export class CallerCheck {
  readonly #options: CallerCheckOptions
  readonly #byConnection = new WeakMap<object, Caller>()
  readonly #byRequest = new WeakMap<FastifyRequest, Caller>()
  readonly #streams = new Map<() => void, Caller>()

  constructor(server: FastifyInstance, options: CallerCheckOptions) {
    this.#options = options
    server.addHook('onRequest', async (request) => {
      const caller = this.#identify(request)
      this.#check(caller)
      this.#byRequest.set(request, caller)
    })
    const timer = setInterval(() => this.#endRefusedStreams(), LOOK_AGAIN_EVERY)
    server.addHook('onClose', async () => clearInterval(timer))
  }

  /** Who calls, where it is one of these. @throws AntipodeError ANTIPODE_FORBIDDEN for everybody else */
  allow<K extends Identity['kind']>(request: FastifyRequest, ...kinds: K[]): Caller & { kind: K } {
    const caller = this.#byRequest.get(request)!
    if ((kinds as string[]).includes(caller.kind)) return caller as Caller & { kind: K }
    throw new AntipodeError('ANTIPODE_FORBIDDEN', { reason: `a ${caller.kind} may not call ${request.url}` })
  }

  /** Ends a stream as soon as its caller would not be let in any more. */
  watch(request: FastifyRequest, end: () => void): void {
    this.#streams.set(end, this.#byRequest.get(request)!)
    // In HTTP/2 this is the call's own stream; a request of HTTP/1.1 is closed as soon as it is read, its socket later.
    request.raw.socket.once('close', () => this.#streams.delete(end))
  }

  #identify(request: FastifyRequest): Caller {
    const socket = request.raw.socket as TLSSocket
    const connection = connectionOf(request)
    const known = this.#byConnection.get(connection)
    if (known) return known
    const certificate = socket.getPeerX509Certificate()
    if (!certificate) return this.#identifyByToken(request)
    if (!socket.authorized) {
      const code = String(socket.authorizationError)
      throw unidentified(WHY[code] ?? `an authority that is not trusted here issued its certificate (${code})`)
    }
    const peer = socket.getPeerCertificate()
    const identity = identityOf(peer)
    const credential = certificateCredential(peer.serialNumber)
    if (!identity || !credential) throw unidentified(`its certificate names ${peer.subjectaltname ?? 'nobody'}`)
    if (identity.trustDomain !== this.#options.trustDomain) throw unidentified(`it belongs to ${identity.trustDomain}`)
    const expires = certificate.validToDate.getTime()
    const caller: Caller = { ...identity, credential, origin: originOf(peer), expires, certificate }
    this.#byConnection.set(connection, caller)
    return caller
  }

  #identifyByToken(request: FastifyRequest): Caller {
    const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
    const path = request.url.split('?', 1)[0]!
    if (!token) throw unidentified('it shows no certificate')
    if (!this.#options.tokenPaths.has(path)) throw unidentified(`a token is not enough for ${path}`)
    try {
      const { trustDomain, anchors } = this.#options
      const keys = keysOf(anchors())
      const claims = openConnectionToken(token, { keys, issuer: `spiffe://${trustDomain}`, now: Date.now() })
      const credential = tokenCredential(claims.jti)
      if (!credential) throw new TokenRefusal('its jti is no UUID')
      const expires = claims.exp * 1000
      const { group } = claims
      return { kind: 'data-plane', trustDomain, group, instance: null, credential, origin: credential, expires }
    } catch (error) {
      if (error instanceof TokenRefusal) throw unidentified(`its token is refused: ${error.message}`)
      throw error
    }
  }

  #check(caller: Caller): void {
    // A token's own tolerance of clocks that differ was applied when it was opened.
    if (caller.certificate && caller.expires <= Date.now()) throw unidentified(WHY.CERT_HAS_EXPIRED!)
    try {
      this.#options.revocations.check([caller.credential, caller.origin])
    } catch (error) {
      // Control planes have to talk before any of them can know what was revoked.
      const isUnknown = error instanceof AntipodeError && error.code === 'ANTIPODE_UNAVAILABLE'
      if (!isUnknown || caller.kind === 'data-plane') throw error
    }
  }

  #endRefusedStreams(): void {
    for (const [end, caller] of this.#streams) {
      try {
        this.#check(caller)
      } catch {
        end()
      }
    }
  }
}

/** In HTTP/2 each call has a socket of its own to look at, and only the session is that of the connection. */
function connectionOf({ raw }: FastifyRequest): object {
  const { stream } = raw as { stream?: Http2Stream }
  return stream?.session ?? raw.socket
}

function unidentified(reason: string): AntipodeError {
  return new AntipodeError('ANTIPODE_UNIDENTIFIED', { reason })
}
