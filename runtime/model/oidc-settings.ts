import { type Static, Type } from 'typebox'

const text = Type.String({ minLength: 1 })
const url = Type.String({ pattern: '^https?://.+' })
const closed = { additionalProperties: false } as const

/** One entry of `antipode.identity.oidc` as it stands in the file. */
export const OidcProviderFile = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z0-9-]{1,32}$' }),
    name: Type.Optional(text),
    issuer: url,
    client_id: text,
    client_secret: Type.Optional(text),
    client_secret_file: Type.Optional(text),
    redirect_uri: Type.String({ pattern: '^https?://.+/api/oidc/callback$' }),
    scopes: Type.Optional(Type.Array(Type.String({ pattern: '^[^\\s]+$' }))),
    username_claim: Type.Optional(text),
    roles: Type.Optional(
      Type.Object(
        {
          claim: text,
          map: Type.Record(Type.String(), Type.Array(text)),
          default: Type.Optional(Type.Array(text)),
        },
        closed,
      ),
    ),
    email_domains: Type.Optional(Type.Array(text, { minItems: 1 })),
    create_users: Type.Optional(Type.Boolean()),
    after_login: Type.Optional(Type.String({ pattern: '^/(?![/\\\\])' })),
  },
  closed,
)

/** An OpenID provider that people log in through. */
export interface OidcSettings {
  /** Names it in the configuration of users and in calls. */
  readonly id: string
  /** For people. @default its id */
  readonly name: string
  readonly issuer: string
  readonly clientId: string
  /** The secret itself, or the file that holds it. */
  readonly clientSecret: { readonly text: string } | { readonly file: string }
  /** Where the provider sends people back to: `…/api/oidc/callback` of this control plane. */
  readonly redirectUri: string
  /** @default ['openid', 'profile', 'email'] */
  readonly scopes: readonly string[]
  /** The claim that gives a new user its name. @default 'preferred_username' */
  readonly usernameClaim: string
  /** Roles by the values of a claim, written at each login. @default null: roles are given here */
  readonly roles: {
    readonly claim: string
    readonly map: Readonly<Record<string, readonly string[]>>
    /** What everybody has beside them. @default [] */
    readonly default: readonly string[]
  } | null
  /** Only verified addresses of these domains log in. @default null: any, and none */
  readonly emailDomains: readonly string[] | null
  /** Whether somebody nobody has made a user for becomes one. @default false */
  readonly createUsers: boolean
  /** Where browsers go then. @default '/' */
  readonly afterLogin: string
}

export function fillOidc(file: Static<typeof OidcProviderFile>): OidcSettings {
  const { id, roles, client_secret, client_secret_file = '' } = file
  return {
    id,
    name: file.name ?? id,
    issuer: file.issuer,
    clientId: file.client_id,
    clientSecret: client_secret === undefined ? { file: client_secret_file } : { text: client_secret },
    redirectUri: file.redirect_uri,
    scopes: [...new Set(['openid', ...(file.scopes ?? ['profile', 'email'])])],
    usernameClaim: file.username_claim ?? 'preferred_username',
    roles: roles ? { claim: roles.claim, map: roles.map, default: roles.default ?? [] } : null,
    emailDomains: file.email_domains?.map((domain) => domain.toLowerCase()) ?? null,
    createUsers: file.create_users ?? false,
    afterLogin: file.after_login ?? '/',
  }
}

/** What the schema cannot say. */
export function oidcProblems(files: readonly Static<typeof OidcProviderFile>[]): string[] {
  return files.flatMap((file, index) => {
    const at = `antipode.identity.oidc.${index}`
    const problems: string[] = []
    if (files.findIndex(({ id }) => id === file.id) < index) problems.push(`${at}.id ${file.id} is there twice`)
    if ((file.client_secret === undefined) === (file.client_secret_file === undefined)) {
      problems.push(`${at} needs one of client_secret and client_secret_file`)
    }
    for (const key of ['issuer', 'redirect_uri'] as const) {
      if (!URL.canParse(file[key])) problems.push(`${at}.${key} is no address, ${file[key]}`)
      else if (!isSafe(new URL(file[key]))) problems.push(`${at}.${key} must be https, not ${file[key]}`)
    }
    return problems
  })
}

/** Secrets go there, so that only this machine itself may be spoken to without TLS. */
function isSafe({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
}
