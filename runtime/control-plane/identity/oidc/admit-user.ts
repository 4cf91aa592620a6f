import { isDeepStrictEqual } from 'node:util'
import { AntipodeError } from '../../../model/errors.ts'
import type { OidcSettings } from '../../../model/oidc-settings.ts'
import { newWriteId } from '../../admin-api/write-id.ts'
import { type ConfigurationStore, type Origin, type ReadView, Refusal } from '../../configuration-store.ts'
import { ANONYMOUS, type Caller } from '../caller.ts'
import { IDENTITY_KINDS } from '../identity-kinds.ts'
import { newSessionKey, USERNAME, type User } from '../records.ts'
import type { OidcIdentity } from './oidc-provider.ts'

/** On whose word users are made and get roles: whoever wrote `config.yaml`. */
const CONFIGURATION: Caller = { ...ANONYMOUS, name: 'the configuration' }

/**
 * The user that somebody is whom a provider vouches for, made or brought up to date where that is wanted. Nothing is
 * written where nothing changes, so that known users log in at a standby as well.
 *
 * @throws AntipodeError OIDC_FORBIDDEN, and what the store throws where it must be written
 */
export async function admitUser(
  store: ConfigurationStore,
  settings: OidcSettings,
  identity: OidcIdentity,
  origin: Omit<Origin, 'by'>,
): Promise<User> {
  const known = userFor(store.read(), settings, identity)
  if (!known.changed) return known.user
  const by = `user ${known.user.username}`
  let admitted = known.user
  try {
    await store.write(
      newWriteId(),
      (head) => {
        const { user, before, changed } = userFor(head, settings, identity)
        admitted = user
        if (changed) {
          const [after, was] = [user, before] as unknown as [Record<string, unknown>, Record<string, unknown>?]
          IDENTITY_KINDS.users.checkWrite(head, after, was, CONFIGURATION)
          head.put('users', user.username, after)
        }
        return { status: before ? 200 : 201, body: {} }
      },
      { ...origin, by },
    )
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    throw forbidden(settings, by, (error.body as { error_msg: string }).error_msg)
  }
  return admitted
}

interface Known {
  readonly user: User
  readonly before: User | undefined
  readonly changed: boolean
}

function userFor(view: ReadView, settings: OidcSettings, { issuer, subject, claims }: OidcIdentity): Known {
  const email = emailOf(settings, claims)
  const users = view.list('users').map(({ value }) => value as unknown as User)
  const before =
    users.find(
      ({ provider, oidc }) => provider === settings.id && oidc?.issuer === issuer && oidc.subject === subject,
    ) ?? unclaimed(users, settings, claims)
  if (before?.status === 'disabled') throw forbidden(settings, `user ${before.username}`, 'the user is disabled')
  const now = Math.floor(Date.now() / 1000)
  const user: User = {
    ...(before ?? newUser(settings, claims, now)),
    ...(email !== undefined && { email }),
    ...(settings.roles && { roles: rolesOf(settings.roles, claims) }),
    oidc: { issuer, subject },
  }
  if (before && isDeepStrictEqual(user, before)) return { user: before, before, changed: false }
  return { user: { ...user, update_time: now }, before, changed: true }
}

/** A user who was made for this provider and whom nobody has logged in as yet. */
function unclaimed(users: readonly User[], settings: OidcSettings, claims: OidcIdentity['claims']): User | undefined {
  const username = usernameOf(settings, claims)
  const named = users.find((user) => user.username === username)
  if (!named) {
    if (settings.createUsers) return undefined
    throw forbidden(settings, `user ${username}`, 'there is no such user')
  }
  if (named.provider !== settings.id) {
    throw forbidden(settings, `user ${username}`, 'the user of this name does not log in this way')
  }
  if (named.oidc) throw forbidden(settings, `user ${username}`, 'the user of this name is somebody else')
  return named
}

function newUser(settings: OidcSettings, claims: OidcIdentity['claims'], now: number): User {
  return {
    ...{ username: usernameOf(settings, claims), status: 'active', roles: [], provider: settings.id, password: null },
    ...{ session_key: newSessionKey(), create_time: now, update_time: now },
  }
}

function usernameOf(settings: OidcSettings, claims: OidcIdentity['claims']): string {
  const username = claims[settings.usernameClaim]
  if (typeof username === 'string' && USERNAME.test(username)) return username
  throw forbidden(settings, 'whoever this is', `the claim ${settings.usernameClaim} gives no user name`)
}

/** An address counts only where the provider says that it was verified. */
function emailOf(settings: OidcSettings, { email, email_verified }: OidcIdentity['claims']): string | undefined {
  const verified = typeof email === 'string' && email_verified === true && email.length <= 320 ? email : undefined
  const { emailDomains } = settings
  if (!emailDomains) return verified
  if (verified === undefined) throw forbidden(settings, 'whoever this is', 'there is no verified e-mail address')
  const domain = verified.slice(verified.lastIndexOf('@') + 1).toLowerCase()
  if (!emailDomains.includes(domain)) {
    throw forbidden(settings, 'whoever this is', 'the e-mail address is of a domain that is not allowed')
  }
  return verified
}

function rolesOf({ claim, map, default: always }: NonNullable<OidcSettings['roles']>, claims: OidcIdentity['claims']) {
  const values = [claims[claim]].flat().filter((value) => typeof value === 'string')
  return [...new Set([...always, ...values.flatMap((value) => (Object.hasOwn(map, value) ? map[value]! : []))])]
}

function forbidden({ id }: OidcSettings, who: string, reason: string): AntipodeError {
  return new AntipodeError('OIDC_FORBIDDEN', { provider: id, who, reason })
}
