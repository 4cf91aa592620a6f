import { type Static, Type } from 'typebox'
import { description, id, labels, name, plugins, timestamp } from './fields.ts'

const times = { create_time: Type.Optional(timestamp), update_time: Type.Optional(timestamp) }

/** Plugins that run on every call of the group. */
export const globalRule = Type.Object({ id: Type.Optional(id), plugins, ...times }, { additionalProperties: false })

/** Plugins that several routes share by `plugin_config_id`. */
export const pluginConfig = Type.Object(
  {
    id: Type.Optional(id),
    name: Type.Optional(name),
    desc: Type.Optional(description),
    plugins,
    labels: Type.Optional(labels),
    ...times,
  },
  { additionalProperties: false },
)

/** Plugins that several consumers share by `group_id`. */
export const consumerGroup = Type.Object(
  {
    id: Type.Optional(id),
    name: Type.Optional(name),
    desc: Type.Optional(description),
    plugins,
    labels: Type.Optional(labels),
    ...times,
  },
  { additionalProperties: false },
)

export type GlobalRule = Static<typeof globalRule>
export type PluginConfig = Static<typeof pluginConfig>
export type ConsumerGroup = Static<typeof consumerGroup>
