import os from 'node:os'
import path from 'node:path'
import type { FastifyRequest } from 'fastify'
import { pino } from 'pino'
import type { AutomaticFailoverSettings } from '../model/automatic-failover.ts'
import type { RegionEntry } from '../model/region-directory.ts'
import { DEFAULT_GROUP } from '../model/resource.ts'
import type { RuntimeConfig } from '../model/runtime-config.ts'
import type { ServiceRegistry } from '../model/service-registry.ts'
import { createAdminApi } from './admin-api/index.ts'
import { addApi7eeSurface } from './api7ee/index.ts'
import { AuditLog } from './audit/audit-log.ts'
import { fallbackMetrics, openFallback } from './fallback/index.ts'
import { Fleet } from './fleet/fleet.ts'
import { InstanceWatch } from './fleet/instance-watch.ts'
import { isGroup } from './groups/group-store.ts'
import { addGroupSurface, DeclaredGroups, registriesFor } from './groups/index.ts'
import { addIdentitySurface } from './identity/index.ts'
import { OidcProvider } from './identity/oidc/oidc-provider.ts'
import { checkAtStart } from './keyring/check-at-start.ts'
import { Keyring } from './keyring/keyring.ts'
import { logCalls } from './operation/call-log.ts'
import { ControlPlaneMetrics } from './operation/control-plane-metrics.ts'
import { meterSync } from './operation/meter-sync.ts'
import { meteredStore } from './operation/metered-store.ts'
import { createStatusServer } from './operation/status-server.ts'
import { Issuer } from './pki/issuer.ts'
import { LiveTrust, type TlsMaterial } from './pki/live-trust.ts'
import { noteAuthorities } from './pki/note-pki.ts'
import { Revocations } from './pki/revocations.ts'
import { servePki } from './pki/serve-pki.ts'
import { openProviderRegistry } from './provider-registry/registry-server.ts'
import { FrameSigner } from './publish/frame-signer.ts'
import { GroupPublishers } from './publish/group-publishers.ts'
import { isForLeader, passToLeader } from './publish/pass-to-leader.ts'
import { createSyncServer } from './publish/sync-server.ts'
import { openWitness } from './replication/automatic/open-witness.ts'
import { RightToGoAlone } from './replication/automatic/witness.ts'
import { HoldFile } from './replication/hold.ts'
import { RegionControlPlane } from './replication/region-control-plane.ts'
import { openReports } from './reports/index.ts'
import { traceCalls } from './tracing/trace-calls.ts'
import { Tracing } from './tracing/tracing.ts'

/** One running control plane. */
export interface RunningControlPlane {
  stop(): Promise<void>
}

/**
 * Starts the control plane of one region: Admin API, sync listener, and its part in replication. It listens at once and
 * says what it is (`fenced`) until it knows better.
 */
export async function runControlPlane(config: RuntimeConfig): Promise<RunningControlPlane> {
  const { controlPlane, region } = config
  const level = process.env.ANTIPODE_LOG_LEVEL || config.logLevel
  const logger = pino({ name: `control-plane ${region}`, level }, pino.destination({ fd: 2, sync: true }))
  const oidc = await Promise.all(controlPlane.identity.oidc.map((settings) => OidcProvider.open(settings)))
  const tracing = await Tracing.open({ env: process.env, region, logger })
  const keyring = await Keyring.open(controlPlane.keyring, process.env)
  await checkAtStart(keyring, controlPlane.database, logger)
  const trust = await LiveTrust.open(config, logger)
  const { tls } = trust
  const issuer = new Issuer(trust, controlPlane.instanceCertificateLife)
  let lineage: string | null = null
  const settings = (group: string) => ({
    ...registriesOf(control, group),
    exposeRegion: config.exposeRegion,
    heartbeatInterval: config.heartbeatInterval,
    anchors: tls.ca,
    ...directoryOf(issuer, knownRegions(config, lineage)),
  })
  const signer = new FrameSigner(tls.cert, tls.key)
  const publishers = new GroupPublishers({ region, signer, settings })
  trust.onChange(() => {
    signer.renew(tls.cert, tls.key)
    publishers.saySettings()
  })
  const fleet = new Fleet({
    ...{ region, limits: controlPlane.fleet },
    offer: (group) => publishers.of(group).offer,
    onTransition: () => instances.due(),
  })
  const control = new RegionControlPlane({
    automatic: controlPlane.automaticFailover && {
      settings: controlPlane.automaticFailover,
      witness: await openRightToGoAlone(controlPlane.automaticFailover, tls),
    },
    settings: {
      region,
      regionIndex: config.regionIndex,
      database: controlPlane.database,
      initialWriter: controlPlane.initialWriter,
      commit: controlPlane.commit,
      leaseTtl: controlPlane.lease * 1000,
      confirmTimeout: controlPlane.confirmTimeout * 1000,
      history: {
        ...controlPlane.history,
        age: controlPlane.history.age * 1000,
        writeAge: controlPlane.history.writeAge * 1000,
      },
      peerRegion: controlPlane.peer?.region ?? null,
    },
    logger,
    keyring,
    trace: tracing && (() => tracing.write()),
    hold: await HoldFile.open(controlPlane.stateDir ?? path.join(os.tmpdir(), `antipode-${process.pid}`)),
    tls,
    syncListen: controlPlane.syncListen,
    peer: controlPlane.peer && { host: controlPlane.peer.host },
    peerAdmin: controlPlane.peer?.admin ?? null,
    instances: () => fleet.list(),
    onFleet: () => instances.due(),
    show: (configuration, shown, version) => {
      lineage = shown
      publishers.show(configuration, shown, version)
    },
    advance: (publication) => publishers.advance(publication),
  })
  let isStopping = false
  const unready = () => (isStopping ? 'is stopping' : control.unready())
  const metrics = new ControlPlaneMetrics({
    unready,
    state: () => control.state(),
    leads: () => control.feed !== undefined,
    counts: () => ({ ...control.counts, ...control.actedByItself }),
    further: () => [...reports.metrics, ...(fallback ? fallbackMetrics(fallback) : [])],
    published: () => {
      const { version, publishedAt: at } = publishers.of(DEFAULT_GROUP)
      return { version, at }
    },
  })
  const store = meteredStore(control, (outcome, seconds) => metrics.wrote(outcome, seconds))
  const admin = createAdminApi({
    ...{ store, config: controlPlane.admin, logger, passOn: passToLeader(control) },
    catchUp: () => control.catchUp(),
  })
  if (tracing) traceCalls(admin, tracing, () => control.role)
  logCalls(admin, () => control.role)
  addApi7eeSurface(admin)
  const instances = new InstanceWatch({ control, limits: controlPlane.fleet })
  addGroupSurface(admin, { instances: instances.log })
  const declaredGroups = new DeclaredGroups({ store: control, declared: controlPlane.gatewayGroups })
  const audit = new AuditLog({
    ...{ region, database: controlPlane.database, retention: controlPlane.identity.auditRetention, logger },
    confirmed: () => control.version.revision,
  })
  const passesOn = (request: FastifyRequest) => control.leader !== undefined && isForLeader(request)
  addIdentitySurface(admin, { store, settings: controlPlane.identity, oidc, audit, passesOn })
  noteAuthorities(audit, trust, issuer, () => control.feed !== undefined)
  servePki(admin, {
    store,
    trust,
    issuer,
    audit,
    group: config.gatewayGroup,
    regions: () => knownRegions(config, lineage),
  })
  const fallback = config.fallback && (await openFallback({ settings: config.fallback, control, publishers, logger }))
  const reports = await openReports({ config, control, tls, admin, logger })
  const sync = createSyncServer({
    reports: reports.services,
    ...{ trust, issuer, control, publishers, fleet, settings, logger, admin },
    ...{ isGroup: (group) => isGroup(control.read(), group), revocations: new Revocations(control) },
  })
  meterSync(sync, metrics)
  const status = controlPlane.status && createStatusServer({ unready, metrics: () => metrics.expose() }, logger)
  const { listen } = controlPlane.admin
  await admin.listen({ host: listen.ip, port: listen.port })
  await sync.listen({ host: controlPlane.syncListen.ip, port: controlPlane.syncListen.port })
  if (status) await status.listen({ host: controlPlane.status!.ip, port: controlPlane.status!.port })
  const { providerRegistry } = controlPlane
  const registry = providerRegistry && (await openProviderRegistry(providerRegistry, trust, logger))
  control.start()
  return {
    stop: async () => {
      isStopping = true
      // Calls under way are answered first: a write needs the leadership, and its confirmation the peer's stream.
      await admin.close()
      instances.close()
      declaredGroups.close()
      await fallback?.close()
      await audit.close()
      await control.stop()
      await sync.close()
      await reports.close()
      await status?.close()
      await registry?.close()
      metrics.close()
      trust.close()
      await tracing?.close()
    },
  }
}

async function openRightToGoAlone(
  { witness: settings }: AutomaticFailoverSettings,
  tls: TlsMaterial,
): Promise<RightToGoAlone | null> {
  return settings && new RightToGoAlone(await openWitness({ settings, identity: () => tls }))
}

/** Where data planes of this lineage may call, as far as this control plane was told. */
function knownRegions({ region, controlPlane }: RuntimeConfig, lineage: string | null): RegionEntry[] {
  const { syncAddress, peer } = controlPlane
  if (syncAddress === null || lineage === null) return []
  return [{ region, url: syncAddress, lineage }, ...(peer ? [{ region: peer.region, url: peer.host, lineage }] : [])]
}

/** Those of a group; none before a configuration is shown. */
function registriesOf(control: RegionControlPlane, group: string): { serviceRegistries?: ServiceRegistry[] } {
  if (!control.isReadable) return {}
  const serviceRegistries = registriesFor(control.read(), group)
  return serviceRegistries.length > 0 ? { serviceRegistries } : {}
}

function directoryOf(issuer: Issuer, regions: readonly RegionEntry[]): { directory?: string } {
  return regions.length > 0 && issuer.authorityId !== null ? { directory: issuer.directory(regions) } : {}
}
