import type { AddressSet } from './address-set.ts'
import { RadixTree } from './radix-tree.ts'
import type { Expression, VariableScope } from './variable-expression.ts'

/** What matching asks of a request. */
export interface RouteRequest extends VariableScope {
  readonly method: string
  /** Normalised, without the query. */
  readonly path: string
  /** Lower case, without port. */
  readonly host: string
  /** As sent, in lower case. */
  readonly hostWithPort: string
  readonly remoteAddress: string
}

/** The conditions of one route, prepared by `routePattern`. */
export interface RoutePattern<T> {
  readonly target: T
  readonly uris: readonly string[]
  /** Empty: any host. */
  readonly hosts: readonly string[]
  readonly methods: ReadonlySet<string> | undefined
  readonly remoteAddresses: AddressSet | undefined
  readonly vars: Expression | undefined
  readonly priority: number
}

export interface RouteMatch<T> {
  readonly target: T
  /** The `uri` of the route that matched, as written there. */
  readonly uri: string
  /** The `host` of the route that matched, as written there. */
  readonly host: string | undefined
}

interface Candidate<T> extends RouteMatch<T> {
  readonly pattern: RoutePattern<T>
}

/**
 * APISIX's `radixtree_host_uri`: the host decides first (exact, then wildcards from the longest), routes without a host
 * come last whatever their priority. Within a host an exact path comes before any prefix; prefixes are tried from the
 * longest. Within one path: higher priority, then the longer path as written, then the earlier route.
 */
export class RouteMatcher<T> {
  readonly #exactHosts = new Map<string, PathTable<T>>()
  /** Keys are reversed, so that `*.example.com` is a prefix. */
  readonly #wildcardHosts = new RadixTree<PathTable<T>>()
  readonly #anyHost = new PathTable<T>()
  #hasWildcards = false

  constructor(patterns: Iterable<RoutePattern<T>>) {
    const tables = new Set<PathTable<T>>([this.#anyHost])
    for (const pattern of patterns) {
      if (pattern.hosts.length === 0) this.#anyHost.add(pattern, undefined)
      for (const host of pattern.hosts) {
        const table = this.#tableFor(host.toLowerCase())
        table.add(pattern, host)
        tables.add(table)
      }
    }
    for (const table of tables) table.sort()
  }

  match(request: RouteRequest): RouteMatch<T> | undefined {
    return this.#matchHost(request) ?? this.#anyHost.match(request)
  }

  #tableFor(host: string): PathTable<T> {
    if (host.startsWith('*')) {
      this.#hasWildcards = true
      return this.#wildcardHosts.at(reverse(host.slice(1)), () => new PathTable<T>())
    }
    const table = this.#exactHosts.get(host) ?? new PathTable<T>()
    this.#exactHosts.set(host, table)
    return table
  }

  #matchHost(request: RouteRequest): RouteMatch<T> | undefined {
    if (request.hostWithPort !== request.host) {
      const found = this.#exactHosts.get(request.hostWithPort)?.match(request)
      if (found) return found
    }
    const found = this.#exactHosts.get(request.host)?.match(request)
    if (found || !this.#hasWildcards) return found
    return this.#wildcardHosts.longestFirst(reverse(request.host), (table) => table.match(request))
  }
}

/** The routes of one host, by path. */
class PathTable<T> {
  readonly #exact = new Map<string, Candidate<T>[]>()
  readonly #prefixes = new RadixTree<Candidate<T>[]>()
  readonly #buckets = new Set<Candidate<T>[]>()

  add(pattern: RoutePattern<T>, host: string | undefined): void {
    for (const uri of pattern.uris) {
      const bucket = uri.endsWith('*') ? this.#prefixes.at(uri.slice(0, -1), () => []) : this.#exactBucket(uri)
      bucket.push({ target: pattern.target, uri, host, pattern })
      this.#buckets.add(bucket)
    }
  }

  /** Sorting is stable, so equal routes keep the order they were added in. */
  sort(): void {
    for (const bucket of this.#buckets) {
      bucket.sort((a, b) => b.pattern.priority - a.pattern.priority || b.uri.length - a.uri.length)
    }
  }

  match(request: RouteRequest): RouteMatch<T> | undefined {
    const bucket = this.#exact.get(request.path)
    const exact = bucket && firstPassing(bucket, request)
    return exact ?? this.#prefixes.longestFirst(request.path, (candidates) => firstPassing(candidates, request))
  }

  #exactBucket(uri: string): Candidate<T>[] {
    const bucket = this.#exact.get(uri) ?? []
    this.#exact.set(uri, bucket)
    return bucket
  }
}

function firstPassing<T>(candidates: readonly Candidate<T>[], request: RouteRequest): Candidate<T> | undefined {
  for (const candidate of candidates) if (passes(candidate.pattern, request)) return candidate
  return undefined
}

function passes(pattern: RoutePattern<unknown>, request: RouteRequest): boolean {
  if (pattern.methods && !pattern.methods.has(request.method)) return false
  if (pattern.remoteAddresses && !pattern.remoteAddresses.has(request.remoteAddress)) return false
  return pattern.vars === undefined || pattern.vars(request)
}

/** Host names are ASCII, so code units may be reversed one by one. */
function reverse(text: string): string {
  let reversed = ''
  for (let index = text.length - 1; index >= 0; index--) reversed += text[index]
  return reversed
}
