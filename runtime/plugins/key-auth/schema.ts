import { Type } from 'typebox'
import type { PluginSchema } from '../../model/plugin-schema.ts'

export const schema: PluginSchema = {
  name: 'key-auth',
  priority: 2500,
  type: 'auth',
  schema: Type.Object({
    header: Type.Optional(Type.String({ default: 'apikey', description: 'Header that carries the key; asked first.' })),
    query: Type.Optional(Type.String({ default: 'apikey', description: 'Query argument that carries the key.' })),
    hide_credentials: Type.Optional(
      Type.Boolean({ default: false, description: 'Keep the key from the upstream, wherever it was found.' }),
    ),
    anonymous_consumer: Type.Optional(
      Type.String({ minLength: 1, description: 'Consumer that a call without a valid key counts as.' }),
    ),
    realm: Type.Optional(Type.String({ default: 'key', description: 'Realm in WWW-Authenticate of a 401.' })),
  }),
  consumerSchema: Type.Object({
    key: Type.String({ description: 'The key, unique among consumers.' }),
  }),
}
