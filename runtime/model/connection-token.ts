import type { KeyObject } from 'node:crypto'
import { openToken, readToken, type SigningKey, signToken, TokenRefusal } from './signed-token.ts'

/**
 * What a data plane that has no certificate yet shows when it registers: a JWT (RFC 7519) that the deployment's
 * authority has signed. It serves any number of replicas until it expires or its `jti` is revoked.
 */
export interface ConnectionToken {
  /** `spiffe://<trust domain>` */
  readonly iss: string
  /** The account that the data plane belongs to. */
  readonly sub: string
  /** The region whose control plane is called first. */
  readonly region: string
  /** The gateway group. */
  readonly group: string
  /** Where its reports go. */
  readonly index: string
  /** What it is revoked by. */
  readonly jti: string
  /** Seconds since 1970, as `exp`. */
  readonly iat: number
  readonly exp: number
  /** None is issued with it; one that has it is not valid before. */
  readonly nbf?: number
}

const TYPE = 'antipode-connection+jwt'
const NAMES = ['iss', 'sub', 'region', 'group', 'index', 'jti'] as const
const LONGEST_NAME = 256
/** Clocks differ. Seconds. */
const SKEW = 60
/** No token lives longer than the authority that signed it. Seconds. */
const LONGEST_LIFE = 3650 * 86_400

export function signConnectionToken(token: ConnectionToken, key: SigningKey): string {
  return signToken(TYPE, token, key)
}

/**
 * What a token says, once it has proved to be of this deployment and valid at this time.
 *
 * @param now milliseconds since 1970
 * @throws TokenRefusal
 */
export function openConnectionToken(
  text: string,
  { keys, issuer, now }: { keys: ReadonlyMap<string, KeyObject>; issuer: string; now: number },
): ConnectionToken {
  const token = checkClaims(openToken(TYPE, text, keys))
  const seconds = now / 1000
  if (token.iss !== issuer) throw new TokenRefusal(`${token.iss} issued it, not ${issuer}`)
  if (token.nbf !== undefined && token.nbf > seconds + SKEW) throw new TokenRefusal('it is not valid yet')
  if (token.iat > seconds + SKEW) throw new TokenRefusal('it was issued in the future')
  if (token.exp <= seconds - SKEW) throw new TokenRefusal(`it expired at ${new Date(token.exp * 1000).toISOString()}`)
  if (token.exp <= token.iat || token.exp - token.iat > LONGEST_LIFE) throw new TokenRefusal('its life has no bounds')
  return token
}

/** For its holder. @throws TokenRefusal where it is no such token */
export function readConnectionToken(text: string): ConnectionToken {
  return checkClaims(readToken(text))
}

function checkClaims(claims: Record<string, unknown>): ConnectionToken {
  for (const name of NAMES) {
    const value = claims[name]
    if (typeof value !== 'string' || value === '' || value.length > LONGEST_NAME) {
      throw new TokenRefusal(`its claim ${name} is no name`)
    }
  }
  for (const name of ['iat', 'exp', 'nbf']) {
    const value = claims[name]
    if (value === undefined && name === 'nbf') continue
    if (!Number.isSafeInteger(value)) throw new TokenRefusal(`its claim ${name} is no time`)
  }
  return claims as unknown as ConnectionToken
}
