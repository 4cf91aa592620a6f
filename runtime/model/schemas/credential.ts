import { type Static, Type } from 'typebox'
import { description, id, labels, name, timestamp } from './fields.ts'

/** One way in which a consumer is recognised: the configuration of one plugin that identifies consumers. */
export const credential = Type.Object(
  {
    id: Type.Optional(id),
    plugins: Type.Optional(
      Type.Unsafe<Record<string, Readonly<Record<string, unknown>>>>({ type: 'object', maxProperties: 1 }),
    ),
    name: Type.Optional(name),
    labels: Type.Optional(labels),
    create_time: Type.Optional(timestamp),
    update_time: Type.Optional(timestamp),
    desc: Type.Optional(description),
  },
  { additionalProperties: false },
)

export type Credential = Static<typeof credential>
