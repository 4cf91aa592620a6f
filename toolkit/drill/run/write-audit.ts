import type { LocalRegion } from '../../local/local-topology.ts'
import type { Write } from '../measure/observations.ts'
import { callHttp, type HttpAnswer } from '../traffic/http-call.ts'
import type { LedgerAudit, ServedAfterFault } from '../verdict/evidence.ts'
import { callAdmin } from '../writes/admin-region.ts'
import { numberedRoute } from '../writes/independent-client.ts'

const AT_ONCE = 8
const ASK_AGAIN = 2

/**
 * Asks a region's gateway for every write that was acknowledged before the fault.
 *
 * @param own only those that this region acknowledged
 */
export async function servedAfterFault(
  region: LocalRegion,
  writes: readonly Write[],
  before: number,
  own: boolean,
): Promise<ServedAfterFault> {
  const promised = writes.filter((write) => {
    return write.outcome === 'acknowledged' && write.ended <= before && (!own || write.region === region.name)
  })
  const { hostname, port, host } = new URL(region.gateway)
  const missing: { number: number; acknowledged: number }[] = []
  await eachOf(promised, async ({ number, ended }) => {
    const { uri } = numberedRoute(number)
    const call = { address: hostname, port: Number(port), method: 'GET', path: uri, headers: { host }, timeout: 2_000 }
    const answer = await answerTo(call)
    if (answer.status !== 200 || answer.body !== String(number)) missing.push({ number, acknowledged: ended })
  })
  return { region: region.name, asked: promised.length, missing }
}

/**
 * Looks for everything the client's own ledger was promised, in every region: by the write's id and by the route that
 * it published. A write that was found where it had been in doubt counts as promised too.
 *
 * @param independent a region knows only the ids that it was sent; what others acknowledged, it was brought by files
 */
export async function auditLedger(
  regions: readonly LocalRegion[],
  writes: readonly Write[],
  independent: boolean,
): Promise<LedgerAudit> {
  const promised = writes.filter(isPromised)
  const missing = await Promise.all(
    regions.map(async (region) => ({ region: region.name, ids: await missingIn(region, promised, independent) })),
  )
  return { ...countLedger(writes), missing }
}

/** A gateway that is too busy to answer has not said that it does not serve something. */
async function answerTo(call: Parameters<typeof callHttp>[0]): Promise<HttpAnswer> {
  let answer = await callHttp(call)
  for (let again = 0; again < ASK_AGAIN && answer.failure !== null; again++) answer = await callHttp(call)
  return answer
}

/** Numbers of the writes that some region has promised. */
export function promisedNumbers(writes: readonly Write[]): number[] {
  return [...new Set(writes.filter(isPromised).map(({ number }) => number))].sort((a, b) => a - b)
}

function isPromised({ outcome }: Write): boolean {
  return outcome === 'acknowledged' || outcome === 'found'
}

/** The ledger's own counts, where the regions cannot be asked. */
export function countLedger(writes: readonly Write[]): LedgerAudit {
  const count = (outcome: Write['outcome']) => writes.filter((write) => write.outcome === outcome).length
  return {
    acknowledged: count('acknowledged'),
    doubted: writes.filter(({ doubted }) => doubted).length,
    found: count('found'),
    absent: count('absent'),
    unresolved: count('in-doubt'),
    longestPause: longestPause(writes),
    missing: null,
  }
}

function longestPause(writes: readonly Write[]): number | null {
  const moments = writes.filter(({ outcome }) => outcome === 'acknowledged').map(({ ended }) => ended)
  const sorted = moments.sort((a, b) => a - b)
  const pauses = sorted.slice(1).map((moment, index) => moment - sorted[index]!)
  return pauses.length === 0 ? null : Math.max(...pauses) / 1_000
}

async function missingIn(region: LocalRegion, promised: readonly Write[], independent: boolean): Promise<string[]> {
  const list = await callAdmin(region, 'GET', '/apisix/admin/routes')
  const published = new Set(publishedNames(list.body))
  const missing: string[] = []
  await eachOf(promised, async ({ id, number, region: acknowledgedBy }) => {
    const knows = !independent || acknowledgedBy === region.name
    const answer = knows ? await callAdmin(region, 'GET', `/antipode/writes/${id}`, { timeout: 4_000 }) : null
    const known = answer === null || answer.status === 200
    if (!known || !published.has(`antipode-drill-write-${number}`)) missing.push(id)
  })
  return missing
}

function publishedNames(body: string): string[] {
  try {
    const { list } = JSON.parse(body) as { list: { value: { name?: string } }[] }
    return list.flatMap(({ value }) => (value.name === undefined ? [] : [value.name]))
  } catch {
    return []
  }
}

async function eachOf<T>(items: readonly T[], visit: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items]
  const worker = async () => {
    for (let item = queue.pop(); item !== undefined; item = queue.pop()) await visit(item)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}
