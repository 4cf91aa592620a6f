import { setTimeout as sleep } from 'node:timers/promises'
import { AntipodeError } from '../../../runtime/model/errors.ts'
import { monotonicNow } from '../measure/monotonic.ts'
import type { CallTemplate } from '../spec/drill-spec.ts'
import type { HttpAnswer } from '../traffic/http-call.ts'
import { type AdminRegion, bodyOf, callAdmin, findWriter, namedWriter } from './admin-region.ts'
import type { OwnResource } from './editions.ts'
import { numberedRoute } from './independent-client.ts'
import { uuidV7 } from './uuid-v7.ts'

const PATIENCE = 15_000
const AT_ONCE = 16
const NAME = 'antipode-drill'

/**
 * Publishes what the drill's traffic calls, and takes away everything the drill has published, in regions of which one
 * writes; where each writes for itself, every region has a publication of its own.
 */
export class Publication {
  readonly #regions: readonly AdminRegion[]
  readonly #own: readonly OwnResource[]
  readonly #routes: readonly { path: string; body: object }[]

  /** @param own what is published beside it */
  constructor(
    regions: readonly AdminRegion[],
    host: string,
    calls: readonly CallTemplate[],
    own: readonly OwnResource[] = [],
  ) {
    this.#regions = regions
    this.#own = own
    const paths = [...new Set(calls.map((call) => new URL(call.path, 'http://host').pathname))]
    this.#routes = paths.map((uri, index) => ({
      path: `/apisix/admin/routes/${NAME}-${index + 1}`,
      body: { name: `${NAME} ${uri}`, uri, host, service_id: NAME },
    }))
  }

  /** An upstream of these nodes, a service and a route for each path that is called. */
  async publish(nodes: readonly string[]): Promise<void> {
    const upstream = { type: 'roundrobin', nodes: Object.fromEntries(nodes.map((node) => [node, 1])) }
    await this.#write('PUT', `/apisix/admin/upstreams/${NAME}`, upstream)
    await this.#write('PUT', `/apisix/admin/services/${NAME}`, { name: NAME, upstream_id: NAME })
    for (const { path, body } of [...this.#routes, ...this.#own]) await this.#write('PUT', path, body)
  }

  /** What a drill that was killed has left behind. */
  async sweep(): Promise<void> {
    const writer = (await findWriter(this.#regions)) ?? this.#regions[0]!
    const names: string[] = []
    for (const type of ['routes', 'services', 'upstreams']) {
      const { list } = bodyOf(await callAdmin(writer, 'GET', `/apisix/admin/${type}`)) as {
        list?: { value: { id: string } }[]
      }
      const left = (list ?? []).map(({ value }) => value.id).filter((id) => id === NAME || id.startsWith(`${NAME}-`))
      names.push(...left.map((id) => `/apisix/admin/${type}/${id}`))
    }
    // In this order, since what is referred to cannot be deleted.
    for (const path of names) await this.#write('DELETE', path)
  }

  /** What `publish` made, and the numbered routes of the independent client. */
  async withdraw(numbers: readonly number[]): Promise<void> {
    const queue = [...numbers]
    const worker = async () => {
      for (let number = queue.pop(); number !== undefined; number = queue.pop()) {
        await this.#write('DELETE', numberedRoute(number).path)
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, worker))
    for (const { path } of [...this.#routes, ...this.#own.toReversed()]) await this.#write('DELETE', path)
    await this.#write('DELETE', `/apisix/admin/services/${NAME}`)
    await this.#write('DELETE', `/apisix/admin/upstreams/${NAME}`)
  }

  /** Follows the writer, and repeats what is unclear under the same id, which makes it safe. */
  async #write(method: string, path: string, body?: object): Promise<void> {
    const write = uuidV7()
    const deadline = monotonicNow() + PATIENCE
    let region = this.#regions[0]!
    let last: HttpAnswer | undefined
    while (monotonicNow() < deadline) {
      last = await callAdmin(region, method, path, { write, ...(body === undefined ? {} : { body }) })
      if (last.status >= 200 && last.status < 300) return
      if (last.status === 404 && method === 'DELETE') return
      if (last.status >= 400 && last.status < 500) break
      region = namedWriter(last, this.#regions) ?? (await findWriter(this.#regions)) ?? region
      await sleep(100)
    }
    const said =
      last === undefined || last.failure !== null ? (last?.failure ?? 'no answer') : `${last.status} ${last.body}`
    throw new AntipodeError('DRILL_STOPPED', { reason: `${method} ${path} at ${region.name} failed: ${said}` })
  }
}
