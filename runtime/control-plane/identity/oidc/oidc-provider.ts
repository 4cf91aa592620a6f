import { readFile } from 'node:fs/promises'
import type { ClientAuth, Configuration } from 'openid-client'
import { AntipodeError } from '../../../model/errors.ts'
import type { OidcSettings } from '../../../model/oidc-settings.ts'
import { LoginCookie, type LoginUnderWay } from './login-cookie.ts'
import { providerFailure } from './provider-failure.ts'

/** Whom a provider vouches for. */
export interface OidcIdentity {
  readonly issuer: string
  /** Names one person for good; user names and addresses may change hands. */
  readonly subject: string
  readonly claims: Readonly<Record<string, unknown>>
}

/** Seconds for each answer of the provider. */
const TIMEOUT = 10
/** Milliseconds after which what the provider says of itself is asked for again. */
const FRESH = 3_600_000

/**
 * One OpenID provider: the authorization code flow with PKCE, state and nonce.
 *
 * What the provider says of itself is asked for at the first login, so that a control plane starts and lets everybody
 * else in while the provider is away. Once known it is used on where it cannot be asked for again.
 */
export class OidcProvider {
  readonly settings: OidcSettings
  readonly cookie: LoginCookie
  readonly #secret: string
  #known: { readonly configuration: Configuration; readonly at: number } | undefined
  #asking: Promise<Configuration> | undefined

  /** @throws AntipodeError CONFIG_INVALID where the file with the client secret cannot be read */
  static async open(settings: OidcSettings): Promise<OidcProvider> {
    return new OidcProvider(settings, await readSecret(settings))
  }

  private constructor(settings: OidcSettings, secret: string) {
    this.settings = settings
    this.#secret = secret
    this.cookie = new LoginCookie(settings.id, secret, this.secure)
  }

  /** Whether browsers reach this control plane by TLS. */
  get secure(): boolean {
    return this.settings.redirectUri.startsWith('https:')
  }

  /** Where a browser goes to log in. @throws AntipodeError OIDC_UNREACHABLE */
  async begin(): Promise<{ readonly address: URL; readonly login: LoginUnderWay }> {
    const configuration = await this.#configuration()
    const client = await load()
    const login = {
      state: client.randomState(),
      nonce: client.randomNonce(),
      verifier: client.randomPKCECodeVerifier(),
    }
    const address = client.buildAuthorizationUrl(configuration, {
      redirect_uri: this.settings.redirectUri,
      scope: this.settings.scopes.join(' '),
      state: login.state,
      nonce: login.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(login.verifier),
      code_challenge_method: 'S256',
    })
    return { address, login }
  }

  /**
   * Redeems what a browser came back with.
   *
   * @param search the query it came back with
   * @throws AntipodeError OIDC_UNREACHABLE, OIDC_REFUSED
   */
  async finish(search: string, login: LoginUnderWay): Promise<OidcIdentity> {
    const configuration = await this.#configuration()
    const client = await load()
    const address = new URL(this.settings.redirectUri)
    address.search = search
    try {
      const tokens = await client.authorizationCodeGrant(configuration, address, {
        pkceCodeVerifier: login.verifier,
        expectedState: login.state,
        expectedNonce: login.nonce,
        idTokenExpected: true,
      })
      const vouched = tokens.claims()!
      const info = configuration.serverMetadata().userinfo_endpoint
        ? await client.fetchUserInfo(configuration, tokens.access_token, vouched.sub)
        : {}
      return { issuer: vouched.iss, subject: vouched.sub, claims: { ...info, ...vouched } }
    } catch (error) {
      throw providerFailure(this.settings.id, error)
    }
  }

  /** Where a browser ends its login at the provider, too; undefined where the provider has no such place, or is away. */
  async logoutAddress(): Promise<string | undefined> {
    const configuration = await this.#configuration().catch(() => undefined)
    if (!configuration?.serverMetadata().end_session_endpoint) return undefined
    const client = await load()
    return client.buildEndSessionUrl(configuration).href
  }

  async #configuration(): Promise<Configuration> {
    if (this.#known && Date.now() - this.#known.at < FRESH) return this.#known.configuration
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined
    })
    return this.#asking
  }

  async #ask(): Promise<Configuration> {
    const { id, issuer, clientId } = this.settings
    try {
      const client = await load()
      const execute = [client.enableNonRepudiationChecks]
      if (issuer.startsWith('http:')) execute.push(client.allowInsecureRequests)
      const server = new URL(issuer)
      const options = { execute, timeout: TIMEOUT }
      const configuration = await client.discovery(
        server,
        clientId,
        undefined,
        authenticate(client, this.#secret),
        options,
      )
      this.#known = { configuration, at: Date.now() }
      return configuration
    } catch (error) {
      if (this.#known) return this.#known.configuration
      const { message } = providerFailure(id, error)
      const reason = message.slice(message.indexOf(': ') + 2)
      throw new AntipodeError('OIDC_UNREACHABLE', { provider: id, reason }, { cause: error })
    }
  }
}

type Client = typeof import('openid-client')

/** Nothing of it is loaded before somebody logs in through a provider. */
function load(): Promise<Client> {
  return import('openid-client')
}

/** As the provider wants it; by the header where it does not say (OpenID Connect Discovery 1.0, section 3). */
function authenticate(client: Client, secret: string): ClientAuth {
  const [post, basic] = [client.ClientSecretPost(secret), client.ClientSecretBasic(secret)]
  return (server, ...rest) => {
    const methods = server.token_endpoint_auth_methods_supported ?? []
    const byBody = methods.includes('client_secret_post') && !methods.includes('client_secret_basic')
    return (byBody ? post : basic)(server, ...rest)
  }
}

async function readSecret({ id, clientSecret }: OidcSettings): Promise<string> {
  if ('text' in clientSecret) return clientSecret.text
  const { file } = clientSecret
  const invalid = (reason: string) =>
    new AntipodeError('CONFIG_INVALID', { file, problems: `the client secret of the OpenID provider ${id} ${reason}` })
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw invalid(`cannot be read: ${error.message}`)
  })
  if (text.trim() === '') throw invalid('is missing')
  return text.trim()
}
