import { type Static, Type } from 'typebox'
import { compileSchema } from '../../model/schema-compiler.ts'

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
  /** Of a token: its `jti`. @default made up */
  readonly id?: string
  /** Of a certificate: PEM of the PKCS#10 request whose key it is for. @default a new key comes with it */
  readonly request?: string
}

const DAY = 86_400
const LONGEST_DAYS = 3_650
/** One step of a name: an identity and a file are named by it. */
const name = (description: string) =>
  Type.Optional(Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$', description }))

/** The body of `POST /antipode/connections`. */
export const ConnectionBody = Type.Object(
  {
    form: Type.Optional(Type.Enum(['certificate', 'token'], { description: 'certificate, if left out' })),
    group: name('the gateway group; that of the control plane, if left out'),
    region: name('where it calls first; the region that is asked, if left out'),
    account: name('of a token; default, if left out'),
    index: name("where its reports go; the group's name, if left out"),
    days: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, maximum: LONGEST_DAYS, description: 'how long it is good; 395, if left out' }),
    ),
    expires: Type.Optional(
      Type.String({ maxLength: 64, description: 'until when it is good, in ISO 8601; not with days' }),
    ),
    id: Type.Optional(
      Type.String({
        pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$',
        description: 'of a token: what it is revoked by, a UUID; made up, if left out',
      }),
    ),
    request: Type.Optional(
      Type.String({
        maxLength: 16_384,
        description:
          'of a certificate: a PKCS#10 request in PEM, whose key (Ed25519 or ECDSA P-256) it is for; a new key, if left out',
      }),
    ),
  },
  { additionalProperties: false },
)

const check = compileSchema(ConnectionBody)

/**
 * Reads the body of `POST /antipode/connections`.
 *
 * @returns what is wrong with it where it cannot be carried out
 */
export function readConnectionOrder(
  body: unknown,
  own: { readonly group: string; readonly region: string },
): ConnectionOrder | string {
  const wrong = check(body)
  if (wrong) return `invalid configuration: ${wrong}`
  const { form = 'certificate', account = 'default', ...rest } = body as Static<typeof ConnectionBody>
  const { group = own.group, region = own.region, id, request } = rest
  if (id !== undefined && form !== 'token') return 'property "id" is of a token; a certificate is told by its serial'
  if (request !== undefined && form !== 'certificate') return 'property "request" is of a certificate'
  const life = lifeOf(rest)
  if (typeof life === 'string') return life
  const asked = { ...(id !== undefined && { id }), ...(request !== undefined && { request }) }
  return { form, group, region, sub: account, index: rest.index ?? group, life, ...asked }
}

/** In seconds, from now. */
function lifeOf({ days, expires }: Static<typeof ConnectionBody>): number | string {
  if (expires === undefined) return (days ?? 395) * DAY
  if (days !== undefined) return 'only one of days or expires is allowed'
  const life = (Date.parse(expires) - Date.now()) / 1000
  if (life > 0 && life <= LONGEST_DAYS * DAY) return life
  return `property "expires" is a time in ISO 8601, from now on and no more than ${LONGEST_DAYS} days from now`
}
