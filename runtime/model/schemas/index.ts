import type { TSchema } from 'typebox'
import type { ResourceType } from '../resource.ts'
import { consumer } from './consumer.ts'
import { credential } from './credential.ts'
import { consumerGroup, globalRule, pluginConfig } from './plugin-collections.ts'
import { pluginMetadata } from './plugin-metadata.ts'
import { proto } from './proto.ts'
import { route } from './route.ts'
import { secret } from './secret.ts'
import { service } from './service.ts'
import { ssl } from './ssl.ts'
import { streamRoute } from './stream-route.ts'
import { upstream } from './upstream.ts'

/** The schema of each resource, by the name of its collection. */
export const RESOURCE_SCHEMAS: Readonly<Record<ResourceType, TSchema>> = {
  routes: route,
  services: service,
  upstreams: upstream,
  consumers: consumer,
  credentials: credential,
  ssls: ssl,
  global_rules: globalRule,
  plugin_configs: pluginConfig,
  consumer_groups: consumerGroup,
  plugin_metadata: pluginMetadata,
  stream_routes: streamRoute,
  protos: proto,
  secrets: secret,
}
