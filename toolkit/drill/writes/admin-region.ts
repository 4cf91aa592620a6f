import type { RegionState } from '../../../runtime/model/region-state.ts'
import { callHttp, type HttpAnswer } from '../traffic/http-call.ts'

/** A region's Admin API, as its clients know it. */
export interface AdminRegion {
  readonly name: string
  /** Base URL. */
  readonly admin: string
  readonly adminKey: string | null
}

/** Longer than a control plane holds a write before it says 504, so that its own answer comes first. */
const TIMEOUT = 8_000

/** One call to a region's Admin API, on a connection of its own. */
export function callAdmin(
  region: AdminRegion,
  method: string,
  path: string,
  options: { body?: unknown; write?: string; timeout?: number } = {},
): Promise<HttpAnswer> {
  const { hostname, port, host } = new URL(region.admin)
  const body = options.body === undefined ? undefined : JSON.stringify(options.body)
  return callHttp({
    address: hostname,
    port: Number(port),
    method,
    path,
    headers: {
      host,
      ...(region.adminKey === null ? {} : { 'x-api-key': region.adminKey }),
      ...(options.write === undefined ? {} : { 'x-antipode-write': options.write }),
      ...(body === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
    },
    ...(body === undefined ? {} : { body }),
    timeout: options.timeout ?? TIMEOUT,
  })
}

/** The answer's body as JSON; an empty object when it is none. */
export function bodyOf(answer: HttpAnswer): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(answer.body)
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

/** The region that a refusal names as the writer. */
export function namedWriter(answer: HttpAnswer, regions: readonly AdminRegion[]): AdminRegion | undefined {
  const { writer } = bodyOf(answer)
  if (typeof writer !== 'string') return undefined
  return regions.find(({ name, admin }) => name === writer || sameOrigin(admin, writer))
}

/** The state of every region that answers. */
export async function askStates(
  regions: readonly AdminRegion[],
): Promise<{ region: AdminRegion; state: RegionState }[]> {
  const answers = await Promise.all(
    regions.map(async (region) => {
      const answer = await callAdmin(region, 'GET', '/antipode/region', { timeout: 1_000 })
      return answer.status === 200 ? [{ region, state: bodyOf(answer) as unknown as RegionState }] : []
    }),
  )
  return answers.flat()
}

/** The region that may write, by its own word; of several the one with the newest epoch. */
export async function findWriter(regions: readonly AdminRegion[]): Promise<AdminRegion | undefined> {
  const states = await askStates(regions)
  const writers = states.filter(({ state }) => state.role === 'active' || state.role === 'solo')
  return writers.sort((a, b) => b.state.epoch - a.state.epoch)[0]?.region
}

function sameOrigin(a: string, b: string): boolean {
  return URL.canParse(b) && new URL(a).origin === new URL(b).origin
}
