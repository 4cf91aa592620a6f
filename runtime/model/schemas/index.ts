import type { TSchema } from 'typebox'
import type { ResourceType } from '../resource.ts'
import { consumer } from './consumer.ts'
import { route } from './route.ts'
import { service } from './service.ts'
import { upstream } from './upstream.ts'

/** The schema of each resource, by the name of its collection. */
export const RESOURCE_SCHEMAS: Readonly<Record<ResourceType, TSchema>> = {
  routes: route,
  services: service,
  upstreams: upstream,
  consumers: consumer,
}
