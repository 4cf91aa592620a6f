import { join } from 'node:path'
import { pino } from 'pino'
import { resourceHash } from '../model/configuration-hash.ts'
import type { DataPlaneSettings } from '../model/frame.ts'
import type { RuntimeConfig } from '../model/runtime-config.ts'
import { RUNTIME_VERSION } from '../model/runtime-version.ts'
import { ResourceCompiler } from './configuration/compiled-resources.ts'
import { ConfigurationIntake } from './configuration/configuration-intake.ts'
import { FallbackReader } from './fallback/fallback-reader.ts'
import { Gateway, type GatewaySource } from './gateway.ts'
import { GatewayServer } from './gateway-server.ts'
import { PLUGINS } from './plugins.ts'
import { ReportSpool } from './reports/report-spool.ts'
import { Reporter } from './reports/reporter.ts'
import { type DataPlaneStatus, StatusServer } from './status-server.ts'
import { Enrolment } from './sync/enrolment.ts'
import { SyncClient } from './sync/sync-client.ts'

/** Milliseconds that calls under way have to finish once the data plane stops. */
const DRAIN_LIMIT = 10_000
const SERVER = ['Server', `Antipode/${RUNTIME_VERSION}`]

/** A data plane that runs. Ports are the ones in use, also where the configuration said 0. */
export interface RunningDataPlane {
  readonly ports: readonly number[]
  readonly statusPort: number
  /** Lets calls under way finish, then ends everything. */
  stop(): Promise<void>
}

/**
 * Runs one data plane: serves from its cache at once where it has one, and follows a control plane from then on. It
 * never stops serving because control planes are gone.
 *
 * @throws AntipodeError PORT_IN_USE, or an error of the file system when a certificate cannot be read
 */
export async function runDataPlane(config: RuntimeConfig): Promise<RunningDataPlane> {
  const logger = pino(
    {
      name: 'data-plane',
      base: { region: config.region },
      level: process.env.ANTIPODE_LOG_LEVEL || config.logLevel,
    },
    pino.destination({ dest: 2, sync: false }),
  )
  const enrolment = await Enrolment.open(config, logger)
  const { verifier } = enrolment

  const source = { table: undefined, fields: SERVER } as { -readonly [K in keyof GatewaySource]: GatewaySource[K] }
  let exposeRegion = config.exposeRegion
  let isDraining = false
  let announced: { epoch: number; from: string } | undefined
  const expose = () => {
    const { served } = intake
    source.fields = exposeRegion && served ? [...SERVER, ...regionFields(config.region, served.version)] : SERVER
  }
  const onSettings = (settings: DataPlaneSettings) => {
    enrolment.take(settings)
    exposeRegion = config.exposeRegion || settings.exposeRegion
    expose()
  }
  const intake = new ConfigurationIntake({
    group: config.gatewayGroup,
    verifier,
    compiler: new ResourceCompiler(PLUGINS),
    cacheDir: config.dataPlane.cacheDir,
    logger,
    onSettings,
    onServed: ({ table, version, source: from }) => {
      source.table = table
      expose()
      // Revisions may come by the hundred a second; a new epoch or source is what people look for.
      const isNews = version.epoch !== announced?.epoch || from !== announced.from
      announced = { epoch: version.epoch, from }
      logger[isNews ? 'info' : 'debug']({ version, from }, 'serving a configuration')
      if (from === 'control-plane') sync.acknowledge()
    },
  })
  const gateway = new Gateway(source, config.dataPlane, logger)
  const { reports } = config.dataPlane
  const spool = await ReportSpool.open(
    config.dataPlane.cacheDir && join(config.dataPlane.cacheDir, 'reports'),
    { size: reports.spoolSize, age: reports.spoolAge * 1000 },
    logger,
  )
  const degraded = () => degradations(intake, sync, spool, fallback)
  const servers = config.dataPlane.listen.map(() => new GatewayServer(gateway, source, config.dataPlane, logger))
  const sync: SyncClient = new SyncClient({
    enrolment,
    intake,
    logger,
    ports: () => servers.map((server) => server.address.port),
    plugins: Object.fromEntries(PLUGINS.map(({ schema }) => [schema.name, resourceHash({ schema: schema.schema })])),
    labels: config.dataPlane.labels,
    heartbeatInterval: config.heartbeatInterval,
    calls: () => gateway.calls,
    degraded,
    onSettings,
    onNobody: () => fallback?.notice(),
  })
  const fallback =
    config.fallback &&
    new FallbackReader({
      ...{ settings: config.fallback, group: config.gatewayGroup, intake, logger },
      isFollowing: () => sync.isConnected,
    })
  const reporter = new Reporter({
    counters: gateway.counters,
    spool,
    run: enrolment.identity.runId,
    index: reports.index ?? enrolment.index ?? config.gatewayGroup,
    region: config.region,
    interval: reports.interval * 1000,
    instance: () => sync.instanceId,
    send: (report) => sync.report(report),
    logger,
  })
  const cachedAt = await intake.loadCache()
  const status = new StatusServer({
    status: () => describe(intake, sync, fallback?.vouchedAt ?? cachedAt, degraded()),
    unready: () => {
      if (isDraining) return `worker id: ${process.pid} is stopping`
      return intake.served ? undefined : `worker id: ${process.pid} has not received configuration`
    },
  })

  const stop = async () => {
    isDraining = true
    await Promise.all(servers.map((server) => server.drain(DRAIN_LIMIT)))
    await reporter.stop()
    await Promise.all([sync.stop(), gateway.close(), status.close()])
    await intake.flush()
  }
  try {
    for (const [index, server] of servers.entries()) await server.listen(config.dataPlane.listen[index]!)
    await status.listen(config.dataPlane.status)
  } catch (error) {
    await stop()
    throw error
  }
  sync.start()
  reporter.start()
  return { ports: servers.map((server) => server.address.port), statusPort: status.address.port, stop }
}

function regionFields(region: string, { epoch, revision }: { epoch: number; revision: number }): string[] {
  return ['X-Antipode-Region', region, 'X-Antipode-Epoch', String(epoch), 'X-Antipode-Revision', String(revision)]
}

function describe(
  { served, refusals }: ConfigurationIntake,
  { lastHeard, revoked }: SyncClient,
  keptAt: number | undefined,
  degraded: readonly string[],
): DataPlaneStatus {
  const vouchedAt = lastHeard ?? keptAt
  return {
    status: 'ok',
    lineage: served?.lineage ?? null,
    version: served?.version ?? null,
    hash: served?.hash ?? null,
    source: served?.source ?? null,
    age: vouchedAt === undefined ? null : Math.max(0, Math.round((Date.now() - vouchedAt) / 100) / 10),
    degraded,
    revoked: revoked ?? null,
    refusals,
  }
}

function degradations(
  intake: ConfigurationIntake,
  sync: SyncClient,
  spool: ReportSpool,
  fallback: FallbackReader | null,
): string[] {
  const refused = intake.refusedResources.map(({ type, id, reason }) => `${type}/${id} is refused: ${reason}`)
  return [
    ...(sync.isConnected || sync.revoked ? [] : ['no control plane can be followed']),
    ...(sync.revoked ? [`no control plane is followed any more: ${sync.revoked}`] : []),
    ...(intake.cacheFailure === undefined ? [] : [intake.cacheFailure]),
    ...(sync.isConnected || !fallback?.failure ? [] : [fallback.failure]),
    ...(spool.failure === undefined ? [] : [spool.failure]),
    ...(spool.dropped.reports === 0 ? [] : [`${spool.dropped.calls} calls are not reported: nobody took the reports`]),
    ...refused.slice(0, 20),
  ]
}
