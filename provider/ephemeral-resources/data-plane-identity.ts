import { refusal } from '../admin-api/admin-client.ts'
import type { GatewayClient } from '../admin-api/gateway-client.ts'
import type { EphemeralResource } from '../framework/provider.ts'
import type { Attributes } from '../framework/schema.ts'
import { type JsonObject, toJson, type Value } from '../framework/values.ts'
import { CONNECTIONS, ofProvider } from '../resources/data-plane-credential.ts'

const ORDER: Attributes = {
  group: {
    description: 'The gateway group. Default: that of the provider.',
    type: 'string',
    presence: 'optional-computed',
  },
  region: {
    description: 'The region that the data plane belongs to. Default: that of the control plane.',
    ...{ type: 'string', presence: 'optional-computed' },
  },
  account: { description: 'The account that it belongs to. Default: `default`.', type: 'string', presence: 'optional' },
  index: {
    description: 'Where its reports go. Default: the name of the group.',
    ...{ type: 'string', presence: 'optional-computed' },
  },
  days: {
    description: 'How long it is good, in days. At most 3650. Default: 395.',
    ...{ type: 'number', presence: 'optional' },
  },
}

/** Of a token that a resource manages. */
const MANAGED: Attributes = {
  id: {
    description: 'The id of an `antipode_data_plane_token`, which this is the token of. Default: a token of its own.',
    ...{ type: 'string', presence: 'optional' },
  },
  expires: {
    description:
      'When it expires, in ISO 8601, instead of `days`: that of the `antipode_data_plane_token`, which has to say the same of group, region, account and index.',
    ...{ type: 'string', presence: 'optional-computed' },
  },
}

const ISSUED: Attributes = {
  anchors: { description: 'Whom the data plane trusts: certificates in PEM.', type: 'string', presence: 'computed' },
  credential: {
    description: 'What it is revoked by: `certificate/…` or `token/…`.',
    type: 'string',
    presence: 'computed',
  },
  expires: { description: 'When it expires, in ISO 8601.', type: 'string', presence: 'computed' },
}

export const dataPlaneCertificate = issued(
  'certificate',
  'A certificate by which any number of gateways of a group identify themselves. It is in no state and no plan: hand it on to a write-only argument, of a secret store for one. Every run that opens it is issued a new one; those before stay good until they expire.',
  {
    certificate: { description: 'The certificate, in PEM.', type: 'string', presence: 'computed' },
    key: { description: 'Its key, in PEM.', type: 'string', presence: 'computed', sensitive: true },
  },
)

export const dataPlaneToken = issued(
  'token',
  'A token by which gateways identify themselves where no certificate can be had. It is in no state and no plan: hand it on to a write-only argument, of a secret store for one. Every run that opens it is issued a new one, and those before stay good until they expire; with the `id` of an `antipode_data_plane_token` all of them are one, which that resource revokes.',
  { token: { description: 'The token.', type: 'string', presence: 'computed', sensitive: true } },
  MANAGED,
)

function issued(
  form: 'certificate' | 'token',
  description: string,
  own: Attributes,
  managed: Attributes = {},
): EphemeralResource<GatewayClient> {
  const attributes = { ...ORDER, ...own, ...ISSUED, ...managed }
  return {
    schema: { description, attributes },
    async open(client, config, { signal }) {
      const order = Object.keys({ ...ORDER, ...managed }).flatMap((name) => {
        const value = config[name] ?? null
        return value === null ? [] : [[name, toJson(value)] as const]
      })
      const body = { form, ...ofProvider(client.group), ...Object.fromEntries(order) }
      const response = await client.admin.ask(CONNECTIONS, body, signal)
      if (response.status !== 201) throw refusal('POST', CONNECTIONS, response)
      const answer = response.body as JsonObject
      const told = Object.keys(attributes).map((name) => [name, (answer[name] ?? config[name] ?? null) as Value])
      return { result: Object.fromEntries(told) }
    },
  }
}
