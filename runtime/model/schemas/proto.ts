import { type Static, Type } from 'typebox'
import { description, id, labels, name, timestamp } from './fields.ts'

/**
 * A definition of gRPC services: the text of a `.proto` file, or a descriptor set in base64. Its syntax is not checked
 * where it is written.
 */
export const proto = Type.Object(
  {
    id: Type.Optional(id),
    name: Type.Optional(name),
    desc: Type.Optional(description),
    labels: Type.Optional(labels),
    content: Type.String({
      minLength: 1,
      maxLength: 1024 * 1024,
      description: 'text of a .proto file, or a descriptor set in base64',
    }),
    create_time: Type.Optional(timestamp),
    update_time: Type.Optional(timestamp),
  },
  { additionalProperties: false },
)

export type Proto = Static<typeof proto>
