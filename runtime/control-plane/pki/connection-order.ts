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
  const { form = 'certificate', account = 'default', days = 395, ...rest } = body as Static<typeof ConnectionBody>
  const { group = own.group, region = own.region } = rest
  return { form, group, region, sub: account, index: rest.index ?? group, life: days * DAY }
}
