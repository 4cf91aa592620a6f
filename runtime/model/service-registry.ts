import { type Static, Type } from 'typebox'

/**
 * Where data planes of a gateway group look up the nodes of upstreams that name a service: what clients send for each,
 * and what data planes are given. Fields are those of Apache APISIX's discovery settings, with its defaults.
 */

const closed = { additionalProperties: false } as const
const address = Type.String({ minLength: 1, maxLength: 2_048, pattern: '^https?://\\S+$' })
const interval = (unit: number) => Type.Optional(Type.Integer({ minimum: 1, default: unit }))
const weight = (usual: number) => Type.Optional(Type.Integer({ minimum: 0, default: usual }))
const secret = Type.Optional(Type.String({ minLength: 1, maxLength: 4_096 }))
const text = Type.Optional(Type.String({ minLength: 1, maxLength: 256 }))

const common = {
  name: Type.String({ minLength: 1, maxLength: 256, pattern: '^[^\\x00-\\x1f\\x7f]+$' }),
  description: Type.Optional(Type.String({ maxLength: 1_024 })),
  labels: Type.Optional(Type.Object({}, { additionalProperties: Type.String({ maxLength: 256 }), maxProperties: 64 })),
}

/** Nodes by the name of their service. */
const StaticRegistry = Type.Object(
  {
    ...common,
    type: Type.Enum(['static']),
    services: Type.Object(
      {},
      {
        additionalProperties: Type.Array(
          Type.Object(
            {
              host: Type.String({ minLength: 1, maxLength: 253 }),
              port: Type.Integer({ minimum: 1, maximum: 65_535 }),
              weight: weight(1),
            },
            closed,
          ),
          { maxItems: 1_024 },
        ),
        maxProperties: 4_096,
      },
    ),
  },
  closed,
)

const DnsRegistry = Type.Object(
  {
    ...common,
    type: Type.Enum(['dns']),
    /** As `127.0.0.1:8600`. */
    servers: Type.Array(Type.String({ minLength: 1, maxLength: 256, pattern: '^\\S+$' }), {
      minItems: 1,
      maxItems: 16,
    }),
    order: Type.Optional(
      Type.Array(Type.Enum(['last', 'SRV', 'A', 'AAAA', 'CNAME']), { minItems: 1, maxItems: 5, uniqueItems: true }),
    ),
  },
  closed,
)

const ConsulRegistry = Type.Object(
  {
    ...common,
    type: Type.Enum(['consul']),
    servers: Type.Array(address, { minItems: 1, maxItems: 16 }),
    token: secret,
    datacenter: text,
    namespace: text,
    skip_services: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 256 }), { maxItems: 1_024 })),
    /** Seconds. */
    fetch_interval: interval(3),
    weight: weight(1),
  },
  closed,
)

const NacosRegistry = Type.Object(
  {
    ...common,
    type: Type.Enum(['nacos']),
    host: Type.Array(address, { minItems: 1, maxItems: 16 }),
    prefix: Type.Optional(Type.String({ pattern: '^/\\S{0,255}$', default: '/nacos/v1/' })),
    username: text,
    password: secret,
    access_key: secret,
    secret_key: secret,
    namespace_id: text,
    group_name: text,
    /** Seconds. */
    fetch_interval: interval(30),
    weight: weight(100),
  },
  closed,
)

const KubernetesRegistry = Type.Object(
  {
    ...common,
    type: Type.Enum(['kubernetes']),
    /** Its API server. */
    service: Type.Object(
      {
        schema: Type.Optional(Type.Enum(['http', 'https'], { default: 'https' })),
        host: Type.String({ minLength: 1, maxLength: 253 }),
        port: Type.Integer({ minimum: 1, maximum: 65_535 }),
      },
      closed,
    ),
    client: Type.Object({ token: secret, token_file: text }, { ...closed, minProperties: 1, maxProperties: 1 }),
    namespace_selector: Type.Optional(
      Type.Object({ equal: text, not_equal: text }, { ...closed, minProperties: 1, maxProperties: 1 }),
    ),
    label_selector: text,
    default_weight: weight(50),
  },
  closed,
)

/** By the `type` that says which of them it is. */
export const SERVICE_REGISTRIES = {
  static: StaticRegistry,
  dns: DnsRegistry,
  consul: ConsulRegistry,
  nacos: NacosRegistry,
  kubernetes: KubernetesRegistry,
} as const
export type ServiceRegistryType = keyof typeof SERVICE_REGISTRIES

/** As data planes are given it. */
export type ServiceRegistry = { readonly id: string } & Static<(typeof SERVICE_REGISTRIES)[ServiceRegistryType]>

/** What of a registry is shown to nobody, wherever it stands. */
export const REGISTRY_SECRETS: ReadonlySet<string> = new Set(['token', 'password', 'access_key', 'secret_key'])
