import { type TSchema, Type } from 'typebox'
import { described, timestamp } from './fields.ts'

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
  uri: described(address, 'address of Vault'),
  prefix: Type.String({ description: 'path of the KV engine' }),
  token: Type.String({ description: 'token of Vault' }),
  namespace: Type.Optional(Type.String({ description: 'namespace of Vault Enterprise' })),
})

const aws = Type.Object({
  ...common,
  access_key_id: Type.String({ description: 'id of an access key of AWS' }),
  secret_access_key: Type.String({ description: 'the access key' }),
  session_token: Type.Optional(Type.String({ description: 'session of temporary keys' })),
  region: Type.Optional(Type.String({ default: 'us-east-1', description: 'region of AWS' })),
  endpoint_url: Type.Optional(described(address, 'address of Secrets Manager, where it is not that of AWS')),
})

const gcp = Type.Object(
  {
    ...common,
    auth_config: Type.Optional(
      Type.Object(
        {
          client_email: Type.String({ description: 'address of the account' }),
          private_key: Type.String({ description: 'its key, PEM' }),
          project_id: Type.String({ description: 'id of the project' }),
          // Its default counts before it is looked at whether it is there, so that a client may leave it out.
          token_uri: Type.Optional(
            Type.String({ default: 'https://oauth2.googleapis.com/token', description: 'where access tokens are had' }),
          ),
          scope: Type.Optional(
            Type.Array(Type.String({ description: 'scopes of the access token' }), {
              minItems: 1,
              description: 'scopes of the access token',
            }),
          ),
          scopes: Type.Optional(
            Type.String({
              default: 'https://www.googleapis.com/auth/cloud-platform',
              description: 'scope of the access token, where scope says none',
            }),
          ),
          entries_uri: Type.Optional(
            Type.String({ default: 'https://secretmanager.googleapis.com/v1/', description: 'where secrets are had' }),
          ),
        },
        { description: 'key of a service account; this or auth_file' },
      ),
    ),
    ssl_verify: Type.Optional(Type.Boolean({ default: true, description: 'check the certificate of Google' })),
    auth_file: Type.Optional(
      Type.String({ description: 'file with the key of a service account; this or auth_config' }),
    ),
  },
  { oneOf: [{ required: ['auth_config'] }, { required: ['auth_file'] }] },
)

/** How secrets are fetched from a manager of them; by the manager's name, which stands in the path. */
export const SECRET_MANAGERS: Readonly<Record<string, TSchema>> = { vault, aws, gcp }

/** Any of them. */
export const secret = Type.Unsafe<Readonly<Record<string, unknown>>>({ type: 'object', anyOf: [vault, aws, gcp] })
