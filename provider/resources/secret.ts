import type { JsonSchema } from '../schema/json-schema.ts'
import { MODEL } from '../schema/model.ts'
import { configurationResource } from './configuration-resource.ts'

/** A manager's fields may be missing in what another one needs. */
const properties: NonNullable<JsonSchema['properties']> = Object.assign(
  {},
  ...Object.values(MODEL.secretManagers).map((manager) => manager.properties),
)

const SECRETS = ['token', 'secret_access_key', 'session_token', 'auth_config.private_key']

export const secret = configurationResource({
  collection: 'secrets',
  noun: 'secret manager',
  description:
    'How values of the form `$secret://<manager>/<name>/…` are fetched: from HashiCorp Vault, AWS Secrets Manager or Google Secret Manager.',
  schema: { type: 'object', properties },
  own: {
    manager: {
      description: `One of ${Object.keys(MODEL.secretManagers)
        .map((name) => `\`${name}\``)
        .join(', ')}.`,
      ...{ type: 'string', presence: 'required', replaces: true },
    },
    name: {
      description: 'What references call it, after the manager.',
      ...{ type: 'string', presence: 'required', replaces: true },
    },
  },
  secrets: SECRETS,
  untold: SECRETS,
  idPresence: 'computed',
  idDescription: 'The id: `<manager>/<name>`.',
  idOf: async ({ manager, name }) =>
    typeof manager === 'string' && typeof name === 'string' ? `${manager}/${name}` : undefined,
  idSteps: 2,
  import: (id) => ({ id, manager: id.slice(0, id.indexOf('/')), name: id.slice(id.indexOf('/') + 1) }),
})
