import { RouteMatcher, type RoutePattern } from '../../model/route-matcher.ts'
import { routePattern } from '../../model/route-pattern.ts'
import type { Consumer, ConsumerDirectory } from '../../plugins/plugin-interface.ts'
import type { Timeouts, Upstream } from '../proxy/upstream.ts'
import type {
  CompiledConsumer,
  CompiledResource,
  CompiledRoute,
  CompiledService,
  CompiledUpstream,
  ServedType,
} from './compiled-resources.ts'
import { type ConfiguredPlugin, PluginPipeline } from './plugin-pipeline.ts'

/** A route with all it refers to, as calls are served by it. */
export interface ServedRoute {
  readonly id: string
  readonly name: string | undefined
  readonly serviceId: string | undefined
  readonly serviceName: string | undefined
  readonly upstream: Upstream | undefined
  /** Something the route refers to does not exist. */
  readonly missing: 'service' | 'upstream' | undefined
  readonly timeouts: Timeouts | undefined
  readonly websocket: boolean
  readonly pipeline: PluginPipeline
  /** The route's plugins with those of a consumer, which win. */
  pipelineFor(consumer: Consumer): PluginPipeline
}

/** Everything calls are served from. It never changes: a new configuration is a new table. */
export interface ServingTable {
  readonly matcher: RouteMatcher<ServedRoute>
  readonly consumers: ConsumerDirectory
  /** Some route can only be chosen, or some plugin only applied, once the body was read. */
  readonly readsBody: boolean
}

export type CompiledResources = Readonly<Record<ServedType, ReadonlyMap<string, CompiledResource>>>

interface Linked {
  readonly served: ServedRoute
  readonly pattern: RoutePattern<ServedRoute> | undefined
  readonly service: CompiledService | undefined
  readonly upstream: Upstream | undefined
}

/** Builds tables, and reuses what did not change between two of them. */
export class ServingTableBuilder {
  #linked = new Map<CompiledRoute, Linked>()

  build(resources: CompiledResources): ServingTable {
    const linked = new Map<CompiledRoute, Linked>()
    const patterns: RoutePattern<ServedRoute>[] = []
    let readsBody = false
    const routes = [...resources.routes.values()] as CompiledRoute[]
    for (const route of routes.sort((a, b) => (a.id < b.id ? -1 : 1))) {
      const link = this.#link(route, resources)
      linked.set(route, link)
      readsBody ||= route.readsBody
      if (link.pattern) patterns.push(link.pattern)
    }
    this.#linked = linked
    const consumers = new Consumers([...resources.consumers.values()] as CompiledConsumer[])
    return { matcher: new RouteMatcher(patterns), consumers, readsBody }
  }

  #link(route: CompiledRoute, { services, upstreams }: CompiledResources): Linked {
    const service = route.serviceId === undefined ? undefined : (services.get(route.serviceId) as CompiledService)
    const upstreamId = route.upstream
      ? undefined
      : (route.upstreamId ?? (service?.upstream ? undefined : service?.upstreamId))
    const shared = upstreamId === undefined ? undefined : (upstreams.get(upstreamId) as CompiledUpstream)?.upstream
    const upstream = route.upstream ?? shared ?? (upstreamId === undefined ? service?.upstream : undefined)
    const before = this.#linked.get(route)
    if (before && before.service === service && before.upstream === upstream) return before
    const missing =
      route.serviceId !== undefined && !service
        ? 'service'
        : upstreamId !== undefined && !shared
          ? 'upstream'
          : undefined
    const served = serve(route, service, upstream, missing)
    return { served, pattern: routePattern(route.value, service?.hosts, served), service, upstream }
  }
}

function serve(
  route: CompiledRoute,
  service: CompiledService | undefined,
  upstream: Upstream | undefined,
  missing: ServedRoute['missing'],
): ServedRoute {
  const pipeline = new PluginPipeline(merge(service?.plugins ?? [], route.plugins))
  const ofConsumers = new WeakMap<Consumer, PluginPipeline>()
  return {
    id: route.id,
    name: route.name,
    serviceId: route.serviceId,
    serviceName: service?.name,
    upstream,
    missing,
    timeouts: route.timeouts,
    websocket: route.websocket ?? service?.websocket ?? false,
    pipeline,
    pipelineFor(consumer) {
      const { plugins } = consumer as CompiledConsumer
      if (plugins.length === 0) return pipeline
      const merged = ofConsumers.get(consumer) ?? new PluginPipeline(merge(pipeline.plugins, plugins))
      ofConsumers.set(consumer, merged)
      return merged
    },
  }
}

/** One instance of each plugin: the later list wins. */
function merge(plugins: readonly ConfiguredPlugin[], winners: readonly ConfiguredPlugin[]): Iterable<ConfiguredPlugin> {
  return new Map([...plugins, ...winners].map((plugin) => [plugin.name, plugin])).values()
}

class Consumers implements ConsumerDirectory {
  readonly #byName = new Map<string, Consumer>()
  readonly #byIdentity = new Map<string, Map<string, Consumer>>()

  constructor(consumers: readonly CompiledConsumer[]) {
    for (const consumer of consumers) {
      this.#byName.set(consumer.username, consumer)
      for (const [plugin, identity] of consumer.identities) {
        const identities = this.#byIdentity.get(plugin) ?? new Map<string, Consumer>()
        identities.set(identity, consumer)
        this.#byIdentity.set(plugin, identities)
      }
    }
  }

  byName(username: string): Consumer | undefined {
    return this.#byName.get(username)
  }

  byIdentity(plugin: string, identity: string): Consumer | undefined {
    return this.#byIdentity.get(plugin)?.get(identity)
  }
}
