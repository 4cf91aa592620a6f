import { type AdcProblem, SourceFile } from '../../../runtime/model/adc/index.ts'

export type Fields = Readonly<Record<string, unknown>>

/** Methods of OpenAPI 3, in the order in which their routes are written. */
export const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const

export interface Server extends Fields {
  readonly url: string
  readonly variables?: Readonly<Record<string, { readonly default: string }>>
}

/** What is read of an operation, of a path and of the document: servers, names and ADC's extensions. */
export interface Context extends Fields {
  readonly servers?: readonly Server[]
  readonly operationId?: string
  readonly summary?: string
  readonly description?: string
}

/** An OpenAPI 3 document, as far as gateways are concerned with it. */
export interface OpenApiDocument extends Context {
  readonly info: { readonly title: string; readonly description?: string }
  readonly servers: readonly Server[]
  readonly paths: Readonly<Record<string, Context>>
}

/** Reads an OpenAPI document in YAML or JSON, or says what keeps it from being converted. */
export function readOpenApi(name: string, text: string): OpenApiDocument | readonly AdcProblem[] {
  const file = new SourceFile(name, text)
  if (file.problems.length > 0) return file.problems
  const problems: AdcProblem[] = []
  const refuse = (path: readonly (string | number)[], what: string) => problems.push(file.problem(path, what))

  const document = fieldsOf(file.value)
  if (!String(document.openapi ?? '').startsWith('3.')) refuse([], 'it is no document of OpenAPI 3')
  const { title } = fieldsOf(document.info)
  if (typeof title !== 'string' || title === '') refuse(['info'], 'a title is required')
  if (!isFields(document.paths)) refuse(['paths'], 'paths are required')

  const checkServers = (path: readonly (string | number)[], servers: unknown) => {
    if (!Array.isArray(servers) || servers.length === 0) return refuse(path, 'at least one server is required')
    for (const [index, server] of servers.entries()) {
      if (!isServer(server)) refuse([...path, index], 'a url that begins with http:// or https:// is required')
    }
  }
  checkServers(['servers'], document.servers)
  for (const [path, item] of Object.entries(fieldsOf(document.paths))) {
    for (const [keys, context] of contextsOf(path, item)) {
      if (!isFields(context)) refuse(keys, 'an object is expected')
      else if (context.servers !== undefined) checkServers([...keys, 'servers'], context.servers)
    }
  }
  return problems.length > 0 ? problems : (document as unknown as OpenApiDocument)
}

function contextsOf(path: string, item: unknown): [string[], unknown][] {
  const fields = fieldsOf(item)
  const operations = METHODS.filter((method) => fields[method] !== undefined)
  return [
    [['paths', path], item],
    ...operations.map((method): [string[], unknown] => [['paths', path, method], fields[method]]),
  ]
}

function isServer(server: unknown): boolean {
  const { url, variables } = fieldsOf(server)
  if (typeof url !== 'string') return false
  const values = Object.values(fieldsOf(variables))
  return (
    values.every((value) => typeof fieldsOf(value).default === 'string') &&
    URL.canParse(urlOf(server as Server)) &&
    /^https?:$/.test(new URL(urlOf(server as Server)).protocol)
  )
}

/** A server's URL with the defaults of its variables in their places. */
export function urlOf({ url, variables = {} }: Server): string {
  return Object.entries(variables).reduce(
    (text, [name, value]) => text.replaceAll(`{${name}}`, () => value.default),
    url,
  )
}

export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {}
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
