import { type Static, Type } from 'typebox'
import {
  certificate,
  described,
  description,
  host,
  id,
  labels,
  privateKey,
  reference,
  timestamp,
  wordOf,
} from './fields.ts'

const certificateOrReference = Type.Unsafe<string>({ oneOf: [certificate, reference] })
const keyOrReference = Type.Unsafe<string>({ oneOf: [privateKey, reference] })

/**
 * A certificate and its key: of type `server` for the names that callers ask for, of type `client` for showing to
 * upstreams. `certs` and `keys` are further pairs, of another kind of key. What is in them is looked at by
 * `ssl-rules.ts`.
 */
export const ssl = Type.Object(
  {
    id: Type.Optional(id),
    type: Type.Optional(
      wordOf(['server', 'client'], {
        description: 'server: shown to callers; client: shown to upstreams',
        default: 'server',
      }),
    ),
    cert: Type.Optional(described(certificateOrReference, 'PEM of the certificate and its chain, or a reference')),
    key: Type.Optional(described(keyOrReference, 'PEM of its key, or a reference')),
    sni: Type.Optional(described(host, 'server name that callers ask for; this or snis')),
    snis: Type.Optional(
      Type.Array(host, { minItems: 1, description: 'server names that callers ask for; this or sni' }),
    ),
    certs: Type.Optional(
      Type.Array(certificateOrReference, { description: 'further certificates, of another kind of key' }),
    ),
    keys: Type.Optional(Type.Array(keyOrReference, { description: 'their keys, in the same order' })),
    client: Type.Optional(
      Type.Object(
        {
          ca: described(certificateOrReference, 'PEM of the authorities of callers, or a reference'),
          depth: Type.Optional(
            Type.Integer({ minimum: 0, default: 1, description: 'how many authorities may stand between' }),
          ),
          skip_mtls_uri_regex: Type.Optional(
            Type.Array(Type.String({ description: 'URIs that need no client certificate' }), {
              minItems: 1,
              uniqueItems: true,
              description: 'regular expressions of paths that need no client certificate',
            }),
          ),
        },
        { description: 'what is asked of the certificates of callers' },
      ),
    ),
    status: Type.Optional(
      Type.Unsafe<0 | 1>({
        type: 'integer',
        description: 'ssl status, 1 to enable, 0 to disable',
        enum: [1, 0],
        default: 1,
      }),
    ),
    ssl_protocols: Type.Optional(
      Type.Array(wordOf(['TLSv1.1', 'TLSv1.2', 'TLSv1.3']), {
        description: 'versions of TLS that callers may use',
        maxItems: 3,
        uniqueItems: true,
      }),
    ),
    desc: Type.Optional(description),
    labels: Type.Optional(labels),
    validity_start: Type.Optional(timestamp),
    validity_end: Type.Optional(timestamp),
    create_time: Type.Optional(timestamp),
    update_time: Type.Optional(timestamp),
  },
  {
    additionalProperties: false,
    // A missing type passes this, so that the default is a server's.
    if: { properties: { type: { enum: ['server'] } } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { oneOf: [{ required: ['sni', 'key', 'cert'] }, { required: ['snis', 'key', 'cert'] }] },
    else: { required: ['key', 'cert'] },
  },
)

export type Ssl = Static<typeof ssl>
