import { type TSchema, Type } from 'typebox'
import { timestamp } from './fields.ts'

/** Scheme, host and perhaps a port. */
const address = Type.String({ pattern: '^[^\\/]+:\\/\\/([\\da-zA-Z.-]+|\\[[\\da-fA-F:]+\\])(:\\d+)?' })

const common = {
  id: Type.Optional(
    Type.String({
      description: '<manager>/<id>',
      pattern: '^[a-z]+/[a-zA-Z0-9-_.]{1,64}$',
    }),
  ),
  create_time: Type.Optional(timestamp),
  update_time: Type.Optional(timestamp),
}

const vault = Type.Object({
  ...common,
  uri: address,
  prefix: Type.String({ description: 'path of the KV engine' }),
  token: Type.String(),
  namespace: Type.Optional(Type.String()),
})

const aws = Type.Object({
  ...common,
  access_key_id: Type.String(),
  secret_access_key: Type.String(),
  session_token: Type.Optional(Type.String()),
  region: Type.Optional(Type.String({ default: 'us-east-1' })),
  endpoint_url: Type.Optional(address),
})

const gcp = Type.Object(
  {
    ...common,
    auth_config: Type.Optional(
      Type.Object({
        client_email: Type.String(),
        private_key: Type.String(),
        project_id: Type.String(),
        // Its default counts before it is looked at whether it is there, so that a client may leave it out.
        token_uri: Type.Optional(Type.String({ default: 'https://oauth2.googleapis.com/token' })),
        scope: Type.Optional(Type.Array(Type.String({ description: 'scopes of the access token' }), { minItems: 1 })),
        scopes: Type.Optional(Type.String({ default: 'https://www.googleapis.com/auth/cloud-platform' })),
        entries_uri: Type.Optional(Type.String({ default: 'https://secretmanager.googleapis.com/v1/' })),
      }),
    ),
    ssl_verify: Type.Optional(Type.Boolean({ default: true })),
    auth_file: Type.Optional(Type.String()),
  },
  { oneOf: [{ required: ['auth_config'] }, { required: ['auth_file'] }] },
)

/** How secrets are fetched from a manager of them; by the manager's name, which stands in the path. */
export const SECRET_MANAGERS: Readonly<Record<string, TSchema>> = { vault, aws, gcp }

/** Any of them. */
export const secret = Type.Unsafe<Readonly<Record<string, unknown>>>({ type: 'object', anyOf: [vault, aws, gcp] })
