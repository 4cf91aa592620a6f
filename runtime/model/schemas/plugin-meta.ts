import { Type } from 'typebox'

/** `_meta`, which every plugin's configuration may carry. */
export const pluginMeta = Type.Object(
  {
    disable: Type.Optional(Type.Boolean()),
    error_response: Type.Optional(Type.Unsafe<string | object>({ oneOf: [{ type: 'string' }, { type: 'object' }] })),
    priority: Type.Optional(Type.Integer({ description: 'priority of plugins by customized order' })),
    filter: Type.Optional(
      Type.Array(Type.Unknown(), {
        description: 'filter determines whether the plugin needs to be executed at runtime',
      }),
    ),
    /** Lua, and so refused after the schema: see `lua-refusal.ts`. */
    pre_function: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
)
