import { connect } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { RegionState } from '../../../runtime/model/region-state.ts'
import type { Version } from '../../../runtime/model/version.ts'
import { monotonicNow } from '../measure/monotonic.ts'
import type {
  CertificateSample,
  ControlPlaneSample,
  DataPlaneSample,
  EditionSample,
  Probe,
} from '../measure/observations.ts'
import { EDITION_PATH } from '../writes/editions.ts'
import { callHttp, type HttpAnswer } from './http-call.ts'
import type { GatewayAddress, ReachableRegion, VantageOrder } from './vantage-messages.ts'

/** Milliseconds between probes of one part. */
export const PROBE_INTERVAL = 250
const PROBE_TIMEOUT = 1_000

/** PostgreSQL's SSLRequest: the shortest question that a live server answers, with one byte. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])

export interface ProbeResult {
  readonly probe: Probe
  readonly controlPlane?: ControlPlaneSample
}

/** Of a data plane's `/status`, what is looked at. */
interface ServedStatus {
  readonly lineage: string
  readonly version: Version | null
  readonly hash: string | null
  readonly refusals: { readonly stale: number }
}

/** Asks one part of one region whether it is there, over a connection of its own. */
export async function probePart(
  order: VantageOrder,
  region: ReachableRegion,
  part: Probe['part'],
): Promise<ProbeResult> {
  const sent = monotonicNow()
  const base = { vantage: order.vantage, region: region.name }
  if (part === 'database') {
    const answered = await askDatabase(region.database)
    return { probe: { ...base, part, sent, ended: monotonicNow(), answered } }
  }
  if (part === 'upstream') {
    const { failure, ended } = await ask(`http://${region.upstream}`, '/', {})
    return { probe: { ...base, part, sent, ended, answered: failure === null } }
  }
  const answer = part === 'data-plane' ? await askGateway(order, region) : await askControlPlane(region)
  const probe = { ...base, part, sent, ended: answer.ended, answered: answer.failure === null }
  const state = part === 'control-plane' ? readJson<RegionState>(answer) : undefined
  if (state === undefined) return { probe }
  return { probe, controlPlane: controlPlaneSample(state, { ...base, sent, ended: answer.ended }) }
}

/** A control plane's account of itself, as whoever asked it keeps it. */
export function controlPlaneSample(
  { role, lineage, epoch, revision, durability, peer, database, instances }: RegionState,
  asked: Pick<ControlPlaneSample, 'vantage' | 'region' | 'sent' | 'ended'>,
): ControlPlaneSample {
  const healthy = instances.filter((instance) => instance.region === asked.region && instance.status === 'Healthy')
  return {
    ...{ ...asked, role, lineage, epoch, revision, durability },
    ...{ peerReachable: peer?.reachable ?? null, databaseReachable: database.reachable },
    ...{ streaming: database.inRecovery === false ? null : database.streaming, healthyInstances: healthy.length },
  }
}

/** Asks gateways whether they are there, as `probePart` does, where nothing else of a region can be reached. */
export async function probeGateway(order: VantageOrder, gateway: GatewayAddress): Promise<ProbeResult> {
  const sent = monotonicNow()
  const { ended, failure } = await askGateway(order, gateway)
  const probe = { vantage: order.vantage, region: gateway.name, part: 'data-plane', sent, ended } as const
  return { probe: { ...probe, answered: failure === null } }
}

/** What a sync listener shows of itself, whether or not it lets us in; undefined when it shows nothing. */
export function sampleCertificate(
  order: VantageOrder,
  region: ReachableRegion,
): Promise<CertificateSample | undefined> {
  const sent = monotonicNow()
  const { hostname, port } = new URL(region.sync)
  return new Promise((resolve) => {
    const socket = connectTls({ host: hostname, port: Number(port), rejectUnauthorized: false })
    const finish = (expired?: boolean) => {
      clearTimeout(timer)
      socket.destroy()
      const base = { vantage: order.vantage, region: region.name, sent, ended: monotonicNow() }
      resolve(expired === undefined ? undefined : { ...base, expired })
    }
    const timer = setTimeout(finish, PROBE_TIMEOUT)
    socket.once('secureConnect', () => finish(Date.parse(socket.getPeerCertificate().valid_to) < Date.now()))
    socket.once('error', () => finish())
  })
}

/** What a data plane says it serves; undefined when it says nothing. */
export async function sampleDataPlane(
  order: VantageOrder,
  region: ReachableRegion,
): Promise<DataPlaneSample | undefined> {
  const sent = monotonicNow()
  const answer = await ask(region.status, '/status', {})
  const status = readJson<ServedStatus>(answer)
  if (!status?.version || typeof status.hash !== 'string') return undefined
  const { lineage, version, hash, refusals } = status
  const served = { lineage, ...version, hash, refusedAsOlder: refusals.stale }
  return { vantage: order.vantage, region: region.name, sent, ended: answer.ended, ...served }
}

/** Which edition of the drill's own configuration a gateway serves; undefined when it answers none. */
export async function sampleEdition(
  order: VantageOrder,
  { name, address, gatewayPort: port }: ReachableRegion,
): Promise<EditionSample | undefined> {
  const sent = monotonicNow()
  const headers = { host: order.host }
  const answer = await callHttp({ address, port, method: 'GET', path: EDITION_PATH, headers, timeout: PROBE_TIMEOUT })
  if (answer.status !== 200) return undefined
  return { vantage: order.vantage, region: name, sent, ended: answer.ended, edition: answer.body }
}

function askGateway(order: VantageOrder, { address, gatewayPort: port }: GatewayAddress): Promise<HttpAnswer> {
  const { host, calls, deployed } = order
  const path = calls.find(({ method }) => method === 'GET')?.path ?? '/'
  const call = { address, port, method: 'GET', path, headers: { host }, timeout: PROBE_TIMEOUT }
  return callHttp({ ...call, ...(deployed && { provenAs: host }) })
}

function askControlPlane(region: ReachableRegion): Promise<HttpAnswer> {
  return ask(region.admin, '/antipode/region', region.adminKey === null ? {} : { 'x-api-key': region.adminKey })
}

function ask(base: string, path: string, headers: Record<string, string>): Promise<HttpAnswer> {
  const { hostname, port, host } = new URL(base)
  return callHttp({
    address: hostname,
    port: Number(port),
    method: 'GET',
    path,
    headers: { host, ...headers },
    timeout: PROBE_TIMEOUT,
  })
}

function askDatabase({ address, port }: ReachableRegion['database']): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, address, () => socket.write(SSL_REQUEST))
    const finish = (answered: boolean) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(answered)
    }
    const timer = setTimeout(finish, PROBE_TIMEOUT, false)
    socket.once('data', () => finish(true))
    socket.once('error', () => finish(false))
    socket.once('end', () => finish(false))
  })
}

function readJson<T>(answer: HttpAnswer): T | undefined {
  try {
    return answer.status === 200 ? (JSON.parse(answer.body) as T) : undefined
  } catch {
    return undefined
  }
}
