import { Type } from 'typebox'
import type { PluginSchema } from '../../model/plugin-schema.ts'
import { compileExpression } from '../../model/variable-expression.ts'

const when = {
  percentage: Type.Optional(Type.Integer({ minimum: 0, maximum: 100, description: 'Share of calls; absent: all.' })),
  vars: Type.Optional(
    Type.Array(Type.Unknown(), { maxItems: 20, description: 'Expressions, one of which must hold.' }),
  ),
}

export const schema: PluginSchema = {
  name: 'fault-injection',
  priority: 11_000,
  schema: Type.Object(
    {
      abort: Type.Optional(
        Type.Object({
          http_status: Type.Integer({ minimum: 200 }),
          body: Type.Optional(Type.String({ description: '`$var` is replaced.' })),
          headers: Type.Optional(
            Type.Record(Type.String({ pattern: '^[^:]+$' }), Type.Union([Type.String(), Type.Number()]), {
              minProperties: 1,
            }),
          ),
          ...when,
        }),
      ),
      delay: Type.Optional(Type.Object({ duration: Type.Number({ minimum: 0, description: 'Seconds.' }), ...when })),
    },
    { minProperties: 1 },
  ),
  check: (configuration) => {
    for (const fault of [configuration.abort, configuration.delay] as { vars?: unknown[] }[]) {
      try {
        for (const expression of fault?.vars ?? []) compileExpression(expression)
      } catch (error) {
        return `failed to create vars expression: ${(error as Error).message}`
      }
    }
    return undefined
  },
}
