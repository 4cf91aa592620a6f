import { type Static, Type } from 'typebox'
import { described, description, id, labels, plugins, timestamp } from './fields.ts'

/** Known by its username, which takes the place of an id. */
export const consumer = Type.Object(
  {
    username: Type.String({ minLength: 1, maxLength: 256, pattern: '^[a-zA-Z0-9_\\-]+$', description: 'name, and id' }),
    group_id: Type.Optional(described(id, 'id of the consumer group whose plugins it shares')),
    plugins: Type.Optional(plugins),
    labels: Type.Optional(labels),
    create_time: Type.Optional(timestamp),
    update_time: Type.Optional(timestamp),
    desc: Type.Optional(description),
  },
  { additionalProperties: false },
)

export type Consumer = Static<typeof consumer>
