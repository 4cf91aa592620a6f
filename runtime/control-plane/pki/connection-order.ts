/** What an operator wants to have issued for a data plane. */
export interface ConnectionOrder {
  readonly form: 'certificate' | 'token'
  readonly group: string
  readonly region: string
  /** The account of a token. */
  readonly sub: string
  /** Where reports go. */
  readonly index: string
  /** Seconds. */
  readonly life: number
}

const DAY = 86_400
const LONGEST_DAYS = 3_650
/** One step of a name: an identity and a file are named by it. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

/**
 * Reads the body of `POST /antipode/connections`: `form` (`certificate`, or `token`), `group`, `region`, `account`,
 * `index` and `days`, each with a default.
 *
 * @returns what is wrong with it, in a sentence, where it cannot be carried out
 */
export function readConnectionOrder(
  body: Record<string, unknown> | undefined,
  own: { readonly group: string; readonly region: string },
): ConnectionOrder | string {
  if (!body) return 'the body is no JSON object'
  const { form = 'certificate', group = own.group, region = own.region, days = 395, ...rest } = body
  const { account = 'default', index = group, ...unknown } = rest
  const [extra] = Object.keys(unknown)
  if (extra !== undefined) return `property ${JSON.stringify(extra)} is unknown`
  if (form !== 'certificate' && form !== 'token') return 'property "form" is "certificate" or "token"'
  for (const [name, value] of Object.entries({ group, region, account, index })) {
    if (typeof value !== 'string' || !NAME.test(value)) return `property "${name}" is no name`
  }
  if (typeof days !== 'number' || !(days > 0 && days <= LONGEST_DAYS)) {
    return `property "days" is a number above 0, of ${LONGEST_DAYS} at most`
  }
  const names = { group, region, sub: account, index } as Record<'group' | 'region' | 'sub' | 'index', string>
  return { form, ...names, life: days * DAY }
}
