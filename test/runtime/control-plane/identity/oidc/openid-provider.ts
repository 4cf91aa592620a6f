import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export const CALLBACK = 'http://127.0.0.1/api/oidc/callback'
export const CLIENT = { client_id: 'antipode', client_secret: 'a secret that only the client knows' }

export type Claims = Readonly<Record<string, unknown>>
/** What an ID token says, and how it is signed; a test changes either before it is sent. */
interface Token {
  readonly claims: Record<string, unknown>
  key: KeyObject
}

/** The parts of `oidc-provider` that are used here; it comes without types. */
interface Provider {
  use(middleware: (context: { path: string; body: { id_token?: string } }, next: () => Promise<void>) => unknown): void
  callback(): (request: IncomingMessage, response: ServerResponse) => void
  interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<unknown>
  interactionFinished(request: IncomingMessage, response: ServerResponse, result: object): Promise<void>
}

/** A real OpenID provider on this machine, where whoever comes is the person that a test names. */
export class OpenIdProvider {
  readonly people: Record<string, Claims> = {}
  /** Who sits at the browser. */
  person = ''
  /** Changes ID tokens before they are sent. */
  tamper: ((token: Token) => void) | undefined
  /** Answers nothing but this, as a provider in trouble does. */
  failing: number | undefined
  readonly #server: Server
  readonly #port: number
  readonly #keys = generateKeyPairSync('rsa', { modulusLength: 2048 })

  static async start(): Promise<OpenIdProvider> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const provider = new OpenIdProvider(server, (server.address() as AddressInfo).port)
    await provider.#serve()
    return provider
  }

  private constructor(server: Server, port: number) {
    this.#server = server
    this.#port = port
  }

  get issuer(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async comeBack(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve))
  }

  async #serve(): Promise<void> {
    // Not written as text, so that the compiler asks for no types.
    const name = 'oidc-provider' as string
    const { default: Provider } = (await import(name)) as { default: new (issuer: string, setup: object) => Provider }
    const provider = new Provider(this.issuer, {
      clients: [{ ...CLIENT, redirect_uris: [CALLBACK], grant_types: ['authorization_code'] }],
      jwks: { keys: [{ ...this.#keys.privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'one' }] },
      claims: { profile: ['preferred_username'], email: ['email', 'email_verified'], groups: ['groups'] },
      cookies: { keys: ['a key of the test'] },
      features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true } },
      interactions: { url: () => '/interaction' },
      findAccount: (_context: unknown, id: string) => ({
        accountId: id,
        claims: () => ({ sub: id, ...this.people[id] }),
      }),
      // Nobody is asked whether the client may know who they are.
      loadExistingGrant: async ({ oidc }: { oidc: GrantContext }) => {
        const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId })
        grant.addOIDCScope('openid profile email groups')
        await grant.save()
        return grant
      },
    })
    provider.use(async (context, next) => {
      await next()
      if (context.path === '/token' && this.tamper && context.body.id_token) {
        context.body.id_token = this.#changed(context.body.id_token, this.tamper)
      }
    })
    const answer = provider.callback()
    this.#server.on('request', async (request, response) => {
      if (this.failing !== undefined) return response.writeHead(this.failing).end('out of order')
      if (!request.url!.startsWith('/interaction')) return answer(request, response)
      await provider.interactionDetails(request, response)
      await provider.interactionFinished(request, response, { login: { accountId: this.person } })
    })
  }

  #changed(jwt: string, tamper: (token: Token) => void): string {
    const [header = '', payload = ''] = jwt.split('.')
    const token: Token = {
      claims: JSON.parse(Buffer.from(payload, 'base64url').toString()),
      key: this.#keys.privateKey,
    }
    tamper(token)
    const signed = `${header}.${Buffer.from(JSON.stringify(token.claims)).toString('base64url')}`
    return `${signed}.${createSign('RSA-SHA256').update(signed).sign(token.key, 'base64url')}`
  }
}

interface GrantContext {
  readonly provider: { Grant: new (of: object) => { addOIDCScope(scope: string): void; save(): Promise<string> } }
  readonly client: { readonly clientId: string }
  readonly session: { readonly accountId: string }
}

/**
 * Goes where a browser is sent, with the provider's cookies, until it is sent back to the client.
 *
 * @returns the address it is sent back to
 */
export async function visit(address: string): Promise<URL> {
  const cookies = new Map<string, string>()
  for (let at = new URL(address), steps = 0; steps < 10; steps++) {
    if (at.href.startsWith(CALLBACK)) return at
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(at, { redirect: 'manual', headers: { cookie } })
    for (const set of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(set) ?? []
      if (value === '') cookies.delete(name!)
      else cookies.set(name!, value!)
    }
    const location = answer.headers.get('location')
    if (!location) throw new Error(`${at} answered ${answer.status} ${await answer.text()}`)
    at = new URL(location, at)
  }
  throw new Error('the provider sends the browser in circles')
}
