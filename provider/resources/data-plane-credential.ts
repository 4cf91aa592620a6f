import { randomUUID } from 'node:crypto'
import { messageOf, refusal } from '../admin-api/admin-client.ts'
import type { Response } from '../admin-api/connection.ts'
import { DEFAULT_GROUP, type GatewayClient } from '../admin-api/gateway-client.ts'
import { type Problem, type Refused, refused } from '../framework/problem.ts'
import type { Resource } from '../framework/provider.ts'
import type { Attribute, Attributes } from '../framework/schema.ts'
import { isNull, type JsonObject, toJson, type Value, type ValueObject } from '../framework/values.ts'

export const CONNECTIONS = '/antipode/connections'
const REVOCATIONS = '/antipode/revocations'

const DAY_MS = 86_400_000
const DAYS = 395
const RENEWED_DAYS_BEFORE = 30
/** A life that is shorter than that of most is not over before it began. */
const RENEWED_AT_MOST = 1 / 3

/** Another one of any of these is another credential. */
const fixed = (attribute: Omit<Attribute, 'replaces'>): Attribute => ({ ...attribute, replaces: true }) as Attribute
const told = (description: string): Attribute => ({ description, type: 'string', presence: 'computed' })

/** Where data planes that show it belong. */
const PLACE: Attributes = {
  group: fixed({
    description: 'The gateway group. Default: that of the provider.',
    ...{ type: 'string', presence: 'optional-computed' },
  }),
  region: fixed({
    description: 'The region that the data planes belong to. Default: that of the control plane.',
    ...{ type: 'string', presence: 'optional-computed' },
  }),
}

const LIFE: Attributes = {
  days: fixed({
    description: `How long it is good, in days. At most 3650. Default: \`${DAYS}\`.`,
    ...{ type: 'number', presence: 'optional-computed', default: DAYS },
  }),
  renew_before_days: {
    description: `How many days before its end an apply makes a new one. The old one stays good until then. Default: \`${RENEWED_DAYS_BEFORE}\`, and at most a third of its life.`,
    ...{ type: 'number', presence: 'optional' },
  },
  description: {
    description: 'What it is for. Told as the reason, when it is revoked.',
    ...{ type: 'string', presence: 'optional' },
  },
  credential: told('What it is revoked by: `certificate/…` or `token/…`.'),
  expires: told('When it expires, in ISO 8601.'),
}

export const dataPlaneCertificate = credentialResource({
  form: 'certificate',
  description:
    'A certificate by which any number of gateways of a group identify themselves, for a key that Terraform never sees: it is issued for a certificate request. A certificate is no secret. Destroying it revokes it: with `create_before_destroy` its successor is there first.',
  attributes: {
    id: told('The serial number of the certificate, in hexadecimal digits.'),
    request: fixed({
      description:
        'The certificate request: PKCS#10 in PEM, of a key that is Ed25519, such as `openssl req -new -newkey ed25519 -nodes` makes, or ECDSA P-256 (`-newkey ec -pkeyopt ec_paramgen_curve:P-256`). The names in it do not matter.',
      ...{ type: 'string', presence: 'required' },
    }),
    ...PLACE,
    ...LIFE,
    certificate: told('The certificate, in PEM.'),
    anchors: told('Whom the data planes trust: certificates in PEM.'),
  },
  ordered: ['request', 'group', 'region', 'days'],
  check({ request = null }) {
    if (typeof request !== 'string' || /-----BEGIN (NEW )?CERTIFICATE REQUEST-----/.test(request)) return []
    const detail = 'PEM begins with -----BEGIN CERTIFICATE REQUEST-----.'
    return [{ severity: 'error', summary: 'This is no certificate request', detail, path: ['request'] }]
  },
})

export const dataPlaneToken = credentialResource({
  form: 'token',
  description:
    'A token by which gateways identify themselves where no certificate can be had: how long it is good, and that it is revoked when it is destroyed. The token itself is in no state: the ephemeral resource of the same name gives it, in every run that needs it, for the `id` and `expires` of this one.',
  attributes: {
    id: told('The id of the token, a UUID: its claim `jti`.'),
    ...PLACE,
    account: fixed({
      description: 'The account that it belongs to. Default: `default`.',
      ...{ type: 'string', presence: 'optional' },
    }),
    index: fixed({
      description: 'Where the reports of its data planes go. Default: the name of the group.',
      ...{ type: 'string', presence: 'optional-computed' },
    }),
    ...LIFE,
  },
  ordered: ['group', 'region', 'account', 'index', 'days'],
  // Chosen here, so that whoever asks again gets the same one.
  identity: () => ({ id: randomUUID() }),
})

interface CredentialKind {
  readonly form: 'certificate' | 'token'
  /** Markdown. */
  readonly description: string
  readonly attributes: Attributes
  /** What a control plane is told of a new one. */
  readonly ordered: readonly string[]
  readonly identity?: () => JsonObject
  readonly check?: (config: ValueObject) => readonly Problem[]
}

/** Something that a control plane issues, and that nobody but whoever asked for it keeps. */
function credentialResource(kind: CredentialKind): Resource<GatewayClient> {
  const { form, description, attributes, ordered, identity = () => ({}), check = () => [] } = kind
  return {
    schema: { description, attributes },
    validate: check,

    async read({ admin }, state, { signal, warn }) {
      const revoked = (await admin.get(REVOCATIONS, signal)) as { list: readonly JsonObject[] } | undefined
      const revocation = revoked?.list.find(({ credential }) => credential === state.credential)
      const ended = revocation ? `It was revoked: ${String(revocation.reason)}.` : endOf(state)
      if (ended === undefined) return state
      warn({ summary: `The ${form} ${String(state.id)} is to be made anew`, detail: ended })
      return null
    },

    async apply({ admin, group }, { prior, planned, config }, { signal }) {
      // Nothing of it that a control plane knows can change.
      if (prior) return planned
      const order = ordered.flatMap((name) => {
        const value = (name === 'days' ? planned : config)[name] ?? null
        return isNull(value) ? [] : [[name, toJson(value)] as const]
      })
      const own: JsonObject = identity()
      const body = { form, ...ofProvider(group), ...Object.fromEntries(order), ...own }
      const response = await admin.ask(CONNECTIONS, body, signal)
      if (response.status !== 201) throw notIssued(response)
      const issued = response.body as JsonObject
      const id = own.id ?? String(issued.credential).slice(form.length + 1)
      const known = Object.keys(attributes).map((name) => {
        const value = planned[name] ?? null
        return [name, isNull(config[name]) ? ((issued[name] ?? defaulted(name, value)) as Value) : value] as const
      })
      return { ...Object.fromEntries(known), id: id as Value }
    },

    async delete({ admin }, { credential, expires, description = null }, { signal }) {
      const path = `${REVOCATIONS}/${String(credential)}`
      const reason = isNull(description) ? 'destroyed by Terraform' : `destroyed by Terraform: ${String(description)}`
      const response = await admin.write('PUT', path, { reason, expires: expires as string }, signal)
      if (response.status > 299) throw refusal('PUT', path, response)
    },

    import(id) {
      const detail = `Nobody keeps what was issued. Revoke ${form}/${id} where it is known (PUT ${REVOCATIONS}/${form}/${id}), and let this issue a new one.`
      throw refused(`A ${form} cannot be imported`, detail)
    },
  }
}

/** What is wrong with a request only a control plane finds out. */
function notIssued(response: Response): Refused {
  const path = messageOf(response).startsWith('the certificate request: ') ? ['request'] : undefined
  return refusal('POST', CONNECTIONS, response, path)
}

/** The group of a connection that names none: the control plane knows only its own. */
export function ofProvider(group: string): JsonObject {
  return group === DEFAULT_GROUP ? {} : { group }
}

/** What is neither written nor told of an issued credential. */
function defaulted(name: string, planned: Value): Value {
  return name === 'days' ? planned : null
}

/** Why a credential is not good any longer, or not for long. */
function endOf({ expires, days, renew_before_days: renewed = null }: ValueObject): string | undefined {
  const end = Date.parse(String(expires))
  const before = Math.min(isNull(renewed) ? RENEWED_DAYS_BEFORE : Number(renewed), Number(days) * RENEWED_AT_MOST)
  return Date.now() < end - before * DAY_MS ? undefined : `It expires ${String(expires)}.`
}
