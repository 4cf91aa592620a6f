import { AntipodeError } from '../../../model/errors.ts'

/** As an OAuth error code may look; what came with a call is not repeated otherwise. */
const ERROR_CODE = /^[a-z_]{1,64}$/
/** Of `openid-client`: nothing that an OpenID provider says. */
const NO_ANSWER = new Set(['OAUTH_TIMEOUT', 'OAUTH_ABORT', 'OAUTH_RESPONSE_IS_NOT_JSON', 'OAUTH_PARSE_ERROR'])

/**
 * What `openid-client` threw, as an error of the table: a provider that cannot be used at the moment is told from one
 * that does not vouch for who logs in.
 */
export function providerFailure(provider: string, error: unknown): AntipodeError {
  const reason = reasonOf(error)
  const code = isUnusable(error) ? 'OIDC_UNREACHABLE' : 'OIDC_REFUSED'
  return new AntipodeError(code, { provider, reason }, { cause: error })
}

interface Failure {
  readonly message: string
  readonly code?: string
  /** What the provider, or the address that the browser came back with, calls it. */
  readonly error?: string
  /** The answer's. */
  readonly status?: number
  readonly cause?: Partial<Failure>
}

function isUnusable(error: unknown): boolean {
  const { code = '', status, cause } = error as Failure
  if (error instanceof TypeError || NO_ANSWER.has(code)) return true
  const answered = status ?? cause?.status
  return typeof answered === 'number' && (answered >= 500 || answered === 429)
}

function reasonOf(error: unknown): string {
  const { message, error: named, cause } = error as Failure
  if (named !== undefined) return ERROR_CODE.test(named) ? named : 'it does not say why'
  const inner = cause?.message ?? cause?.code
  return inner ? `${message}: ${inner}` : message
}
