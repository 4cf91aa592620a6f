import { type Context, type Fields, fieldsOf, METHODS, type OpenApiDocument, type Server, urlOf } from './document.ts'

const NAME = 'x-adc-name'
const LABELS = 'x-adc-labels'
const PLUGINS = 'x-adc-plugins'
const PLUGIN_PREFIX = 'x-adc-plugin-'
const SERVICE_DEFAULTS = 'x-adc-service-defaults'
const UPSTREAM_DEFAULTS = 'x-adc-upstream-defaults'
const NODE_DEFAULTS = 'x-adc-upstream-node-defaults'
const ROUTE_DEFAULTS = 'x-adc-route-defaults'
const ROUTE_URIS = 'x-adc-route-uris'

interface Service extends Fields {
  readonly name: string
  readonly upstream: Fields
}

/**
 * The services of an OpenAPI document in the format of ADC, as `adc convert openapi` makes them: one for the document,
 * with a route for each operation, and one more for each path or operation that has servers or defaults of its own.
 */
export function convertOpenApi(document: OpenApiDocument): Fields[] {
  const { title } = document.info
  const main: Service = {
    name: textOf(document[NAME]) ?? title,
    ...present({ description: document.info.description, labels: document[LABELS], plugins: pluginsOf(document) }),
    ...upstreamOf(document.servers, document),
    ...fieldsOf(document[SERVICE_DEFAULTS]),
  }
  const routesOfMain: Fields[] = []
  const separate: Fields[] = []
  for (const [path, item] of Object.entries(document.paths)) {
    const ofPath = separateService(main, item, [main.name, path])
    const routesOfPath: Fields[] = []
    for (const method of METHODS) {
      const operation = item[method] as Context | undefined
      if (!operation) continue
      const route = routeOf(document, item, operation, path, method)
      const own = separateService(main, operation, [title, path, method], [document, item])
      if (own) separate.push(withRoutes(own, [route]))
      else routesOfPath.push(route)
    }
    if (!ofPath) routesOfMain.push(...routesOfPath)
    else if (routesOfPath.length > 0) separate.push(withRoutes(ofPath, routesOfPath))
  }
  return [...(routesOfMain.length > 0 ? [withRoutes(main, routesOfMain)] : []), ...separate]
}

/** Control planes here know no `path_prefix`, so it goes in front of every path. */
function withRoutes({ path_prefix: prefix, ...service }: Service, routes: readonly Fields[]): Fields {
  if (typeof prefix !== 'string') return { ...service, routes }
  const start = prefix.replace(/\/$/, '')
  return {
    ...service,
    routes: routes.map((route) => ({ ...route, uris: texts(route.uris).map((uri) => start + uri) })),
  }
}

/** Undefined where there is nothing that sets it apart. What stands around it counts, unless it says otherwise. */
function separateService(
  main: Service,
  context: Context,
  name: readonly string[],
  around: readonly Context[] = [],
): Service | undefined {
  if (!context[SERVICE_DEFAULTS] && !context[UPSTREAM_DEFAULTS] && !context.servers) return undefined
  const { path_prefix: _, ...withoutPrefix } = main
  const { upstream, ...own } = context.servers ? { ...withoutPrefix, ...upstreamOf(context.servers, context) } : main
  const upstreamDefaults = [...around, context].map((place) => fieldsOf(place[UPSTREAM_DEFAULTS]))
  // The document's own are in the main service already.
  const serviceDefaults = [...around.slice(1), context].map((place) => fieldsOf(place[SERVICE_DEFAULTS]))
  return {
    ...own,
    name: slug(name),
    upstream: Object.assign({}, upstream, ...upstreamDefaults),
    ...Object.assign({}, ...serviceDefaults),
  }
}

function upstreamOf(servers: readonly Server[], context: Context): { path_prefix?: string; upstream: Fields } {
  const urls = servers.map((server) => new URL(urlOf(server)))
  const { pathname, protocol } = urls[0]!
  return {
    ...(pathname !== '/' && { path_prefix: pathname }),
    upstream: {
      scheme: protocol.slice(0, -1),
      nodes: urls.map((url, index) => ({
        host: url.hostname,
        port: url.port ? Number(url.port) : url.protocol === 'http:' ? 80 : 443,
        weight: 100,
        ...fieldsOf(servers[index]![NODE_DEFAULTS]),
      })),
      timeout: { connect: 60, send: 60, read: 60 },
      pass_host: 'pass',
      ...fieldsOf(context[UPSTREAM_DEFAULTS]),
    },
  }
}

function routeOf(document: OpenApiDocument, item: Context, operation: Context, path: string, method: string): Fields {
  const plugins = { ...pluginsOf(item), ...pluginsOf(operation) }
  const further = texts(operation[ROUTE_URIS] ?? item[ROUTE_URIS])
  return {
    name: textOf(operation[NAME]) ?? operation.operationId ?? slug([document.info.title, path, method]),
    ...present({ description: operation.summary ?? operation.description, labels: operation[LABELS] }),
    methods: [method.toUpperCase()],
    uris: [path.replaceAll(/\{([^}]+)\}/g, ':$1'), ...further],
    ...(Object.keys(plugins).length > 0 && { plugins }),
    ...Object.assign({}, ...[document, item, operation].map((place) => fieldsOf(place[ROUTE_DEFAULTS]))),
  }
}

/** Those of `x-adc-plugins`, and over them each `x-adc-plugin-<name>`. */
function pluginsOf(context: Context): Fields | undefined {
  const single = Object.entries(context)
    .filter(([key]) => key.startsWith(PLUGIN_PREFIX))
    .map(([key, plugin]) => [key.slice(PLUGIN_PREFIX.length), plugin])
  const plugins = { ...fieldsOf(context[PLUGINS]), ...Object.fromEntries(single) }
  return Object.keys(plugins).length > 0 ? plugins : undefined
}

/** `demo_anything_get`, of the words of a name; slashes and braces fall out, spaces become dashes. */
function slug(words: readonly string[]): string {
  return words
    .map((word) =>
      word
        .normalize('NFKD')
        .replaceAll('-', ' ')
        .replaceAll(/[^\w\s$*+~.()'"!:@]+/g, '')
        .trim()
        .replaceAll(/\s+/g, '-'),
    )
    .join('_')
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : []
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function present(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
