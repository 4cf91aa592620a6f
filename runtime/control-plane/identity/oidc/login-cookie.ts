import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { cookieValue } from '../../admin-api/credentials.ts'

/** What is remembered between leaving for the provider and coming back. */
export interface LoginUnderWay {
  readonly state: string
  readonly nonce: string
  /** Of PKCE. */
  readonly verifier: string
}

export const OIDC_COOKIE = 'antipode_oidc'
/** Seconds that somebody has to log in at the provider. */
const LASTS = 600

/**
 * A login under way is in a cookie and nowhere else, so that whoever comes back is known to whichever control plane of
 * the region they reach, and to the browser that left alone. It is sealed with a key made of the client secret, which
 * all control planes have.
 */
export class LoginCookie {
  readonly #provider: string
  readonly #key: Buffer
  readonly #secure: boolean

  constructor(provider: string, clientSecret: string, secure: boolean) {
    this.#provider = provider
    this.#key = Buffer.from(hkdfSync('sha256', clientSecret, provider, 'antipode login under way', 32))
    this.#secure = secure
  }

  /** The provider that a cookie was made for; undefined where there is none. */
  static providerOf(cookies: string | undefined): string | undefined {
    return cookieValue(cookies, OIDC_COOKIE)?.split('.')[0]
  }

  set(login: LoginUnderWay, now = Date.now()): string {
    const iv = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', this.#key, iv)
    const text = JSON.stringify({ ...login, endsAt: now + LASTS * 1000 })
    const sealed = Buffer.concat([iv, cipher.update(text), cipher.final(), cipher.getAuthTag()])
    return this.#cookie(`${this.#provider}.${sealed.toString('base64url')}`, LASTS)
  }

  /** Undefined where it is not ours, or too old. */
  read(cookies: string | undefined, now = Date.now()): LoginUnderWay | undefined {
    const [provider, text = ''] = cookieValue(cookies, OIDC_COOKIE)?.split('.') ?? []
    if (provider !== this.#provider) return undefined
    const sealed = Buffer.from(text, 'base64url')
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.#key, sealed.subarray(0, 12), { authTagLength: 16 })
      decipher.setAuthTag(sealed.subarray(-16))
      const opened = Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()])
      const { endsAt, ...login } = JSON.parse(opened.toString()) as LoginUnderWay & { endsAt: number }
      return endsAt > now ? login : undefined
    } catch {
      return undefined
    }
  }

  remove(): string {
    return this.#cookie('', 0)
  }

  /** `Lax`, because it must come along when the provider sends the browser back. */
  #cookie(value: string, lasts: number): string {
    const attributes = `Path=/api/oidc; HttpOnly; SameSite=Lax; Max-Age=${lasts}${this.#secure ? '; Secure' : ''}`
    return `${OIDC_COOKIE}=${value}; ${attributes}`
  }
}
