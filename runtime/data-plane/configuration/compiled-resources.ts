import type { ResourceValue } from '../../model/resource.ts'
import { createResourceValidator, type ResourceValidator } from '../../model/resource-validator.ts'
import { routePattern } from '../../model/route-pattern.ts'
import { compileExpression, variablesOf } from '../../model/variable-expression.ts'
import type { Consumer, Plugin, PluginConfiguration } from '../../plugins/plugin-interface.ts'
import { normalisePath } from '../proxy/request-target.ts'
import { compileUpstream, readTimeouts, type Timeouts, type Upstream } from '../proxy/upstream.ts'
import { needsBody } from '../proxy/variables.ts'
import type { ConfiguredPlugin } from './plugin-pipeline.ts'

export interface CompiledUpstream {
  readonly type: 'upstreams'
  readonly upstream: Upstream
}

export interface CompiledService {
  readonly type: 'services'
  readonly id: string
  readonly name: string | undefined
  readonly hosts: readonly string[] | undefined
  readonly plugins: readonly ConfiguredPlugin[]
  readonly upstream: Upstream | undefined
  readonly upstreamId: string | undefined
  readonly websocket: boolean
}

export interface CompiledRoute {
  readonly type: 'routes'
  readonly id: string
  readonly name: string | undefined
  readonly value: ResourceValue
  readonly plugins: readonly ConfiguredPlugin[]
  readonly upstream: Upstream | undefined
  readonly upstreamId: string | undefined
  readonly serviceId: string | undefined
  readonly timeouts: Timeouts | undefined
  readonly websocket: boolean | undefined
  readonly readsBody: boolean
}

export interface CompiledConsumer extends Consumer {
  readonly type: 'consumers'
  /** Those that do not identify; they join the plugins of the route. */
  readonly plugins: readonly ConfiguredPlugin[]
  /** By plugin: what the consumer is recognised by. */
  readonly identities: ReadonlyMap<string, string>
}

export type CompiledResource = CompiledUpstream | CompiledService | CompiledRoute | CompiledConsumer

/** The collections that calls are served from. */
export type ServedType = CompiledResource['type']

/** Prepares resources one by one, so that one which cannot be used is refused alone. */
export class ResourceCompiler {
  readonly #plugins: ReadonlyMap<string, Plugin>
  readonly #validator: ResourceValidator

  constructor(plugins: readonly Plugin[]) {
    this.#plugins = new Map(plugins.map((plugin) => [plugin.schema.name, plugin]))
    this.#validator = createResourceValidator(plugins.map((plugin) => plugin.schema))
  }

  /** @throws Error that says which property of the resource cannot be used, and why */
  compile(type: ServedType, id: string, value: ResourceValue): CompiledResource {
    const wrong = this.#validator.check(type, value)
    if (wrong) throw new Error(wrong)
    switch (type) {
      case 'upstreams':
        return { type, upstream: compileUpstream(value, id) }
      case 'services':
        return this.#service(id, value)
      case 'routes':
        return this.#route(id, value)
      case 'consumers':
        return this.#consumer(id, value)
    }
  }

  #service(id: string, value: ResourceValue): CompiledService {
    return {
      type: 'services',
      id,
      name: value.name as string | undefined,
      hosts: value.hosts as readonly string[] | undefined,
      plugins: this.#configured(value.plugins, false),
      upstream: inlineUpstream(value),
      upstreamId: idOf(value.upstream_id),
      websocket: value.enable_websocket === true,
    }
  }

  #route(id: string, value: ResourceValue): CompiledRoute {
    const normalised = withNormalisedPaths(value)
    routePattern(normalised, undefined, undefined)
    return {
      type: 'routes',
      id,
      name: value.name as string | undefined,
      value: normalised,
      plugins: this.#configured(value.plugins, false),
      upstream: inlineUpstream(value),
      upstreamId: idOf(value.upstream_id),
      serviceId: idOf(value.service_id),
      timeouts: readTimeouts(value.timeout),
      websocket: value.enable_websocket as boolean | undefined,
      readsBody: readsBody(value),
    }
  }

  #consumer(id: string, value: ResourceValue): CompiledConsumer {
    const identities = new Map<string, string>()
    const others: [string, unknown][] = []
    for (const [name, configuration] of Object.entries((value.plugins ?? {}) as Record<string, PluginConfiguration>)) {
      const identity = this.#plugins.get(name)?.identityOf?.(configuration)
      if (identity === undefined) others.push([name, configuration])
      else identities.set(name, identity)
    }
    return {
      type: 'consumers',
      username: String(value.username ?? id),
      labels: (value.labels ?? {}) as Readonly<Record<string, string>>,
      plugins: this.#configured(Object.fromEntries(others), true),
      identities,
    }
  }

  #configured(plugins: unknown, fromConsumer: boolean): ConfiguredPlugin[] {
    const configured: ConfiguredPlugin[] = []
    for (const [name, configuration] of Object.entries((plugins ?? {}) as Record<string, PluginConfiguration>)) {
      const plugin = this.#plugins.get(name)
      if (!plugin) throw new Error(`unknown plugin [${name}]`)
      const meta = (configuration._meta ?? {}) as Meta
      if (meta.disable === true) continue
      configured.push({
        name,
        priority: meta.priority ?? plugin.schema.priority,
        instance: plugin.compile(configuration),
        fromConsumer,
        filter: meta.filter === undefined ? undefined : compileExpression(meta.filter),
        errorResponse: meta.error_response,
      })
    }
    return configured
  }
}

interface Meta {
  readonly disable?: boolean
  readonly priority?: number
  readonly filter?: unknown
  readonly error_response?: unknown
}

function inlineUpstream(value: ResourceValue): Upstream | undefined {
  return value.upstream === undefined ? undefined : compileUpstream(value.upstream as ResourceValue, undefined)
}

function idOf(value: unknown): string | undefined {
  return value === undefined ? undefined : String(value)
}

/** Paths are written in routes as people write them, and compared as requests are normalised. */
function withNormalisedPaths(route: ResourceValue): ResourceValue {
  const uris = (route.uris ?? (route.uri === undefined ? [] : [route.uri])) as readonly string[]
  const escaped = uris.map((uri) => uri.replace(/[^\x21-\x7e]/gu, encodeURIComponent))
  return { ...route, uri: undefined, uris: escaped.map((uri) => normalisePath(uri) ?? uri) }
}

function readsBody(route: ResourceValue): boolean {
  const inPlugins = JSON.stringify(route.plugins ?? {}).includes('"post_arg')
  return inPlugins || variablesOf(route.vars).some(needsBody)
}
