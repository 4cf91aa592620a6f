import { fillAutomaticFailover } from './automatic-failover.ts'
import { keySources } from './keyring-settings.ts'
import { fillOidc } from './oidc-settings.ts'
import type { Endpoint, RuntimeConfig } from './runtime-config.ts'
import type { RuntimeConfigFile } from './runtime-config-schema.ts'

/** What a `config.yaml` means, with every default. Times are seconds, sizes bytes. */
export function withDefaults(file: RuntimeConfigFile): RuntimeConfig {
  const { apisix = {}, deployment = {}, antipode = {} } = file
  const http = file.nginx_config?.http ?? {}
  const admin = deployment.admin ?? {}
  const listen = apisix.node_listen ?? 9080
  const host = deployment.role_data_plane?.control_plane?.host ?? []
  const certs = deployment.certs ?? {}
  const peer = antipode.peer
  return {
    role: deployment.role ?? 'data_plane',
    region: antipode.region ?? 'local',
    regionIndex: antipode.region_index ?? 1,
    gatewayGroup: antipode.gateway_group ?? 'default',
    certs: { cert: certs.cert ?? '', key: certs.cert_key ?? '', ca: certs.trusted_ca_cert ?? '' },
    heartbeatInterval: antipode.heartbeat_interval ?? 10,
    logLevel: antipode.log_level ?? 'info',
    exposeRegion: antipode.expose_region ?? false,
    fallback: antipode.fallback
      ? {
          url: antipode.fallback.url,
          region: antipode.fallback.region ?? null,
          endpoint: antipode.fallback.endpoint ?? null,
        }
      : null,
    dataPlane: {
      listen: (Array.isArray(listen) ? listen : [listen]).map((item) => endpoint(item, '0.0.0.0', 9080)),
      status: endpoint(apisix.status ?? {}, '127.0.0.1', 7085),
      controlPlanes: (Array.isArray(host) ? host : [host]).map((item) => item.replace(/\/+$/, '')),
      token: antipode.token ?? null,
      directory: antipode.directory ?? null,
      labels: antipode.labels ?? {},
      cacheDir: antipode.cache_dir ?? null,
      maxBodySize: bytes(http.client_max_body_size ?? 0),
      headerTimeout: inSeconds(http.client_header_timeout ?? 10),
      bodyTimeout: inSeconds(http.client_body_timeout ?? 10),
      keepaliveTimeout: inSeconds(http.keepalive_timeout ?? 60),
      deleteUriTailSlash: apisix.delete_uri_tail_slash ?? false,
      trustedAddresses: apisix.trusted_addresses ?? [],
      reports: {
        interval: Math.max(0.1, inSeconds(antipode.reports?.interval ?? 15)),
        index: antipode.reports?.index ?? null,
        spoolSize: bytes(antipode.reports?.spool_size ?? '64m'),
        spoolAge: inSeconds(antipode.reports?.spool_age ?? '1d'),
      },
    },
    controlPlane: {
      admin: {
        listen: endpoint(admin.admin_listen ?? {}, '0.0.0.0', 9180),
        keyRequired: admin.admin_key_required ?? true,
        keys: admin.admin_key ?? [],
        allow: admin.allow_admin ?? ['127.0.0.0/24'],
      },
      identity: {
        bootstrap: antipode.identity?.bootstrap ?? null,
        sessionTtl: inSeconds(antipode.identity?.session_ttl ?? '1h'),
        auditRetention: inSeconds(antipode.identity?.audit_retention ?? '400d'),
        oidc: (antipode.identity?.oidc ?? []).map(fillOidc),
      },
      syncListen: endpoint(antipode.sync_listen ?? {}, '0.0.0.0', 7943),
      status: antipode.status ? endpoint(antipode.status, '127.0.0.1', 7081) : null,
      database: antipode.database ?? '',
      keyring: keySources(antipode.keyring),
      stateDir: antipode.state_dir ?? null,
      syncAddress: antipode.sync_address?.replace(/\/+$/, '') ?? null,
      authority: antipode.authority ?? null,
      instanceCertificateLife: inSeconds(antipode.instance_certificate_life ?? '395d'),
      peer: peer ? { region: peer.region, host: peer.host, admin: peer.admin ?? null } : null,
      initialWriter: antipode.initial_writer ?? false,
      commit: antipode.commit ?? (peer ? 'confirmed' : 'local'),
      lease: antipode.lease ?? 3,
      automaticFailover: antipode.automatic_failover
        ? fillAutomaticFailover(antipode.automatic_failover, inSeconds)
        : null,
      confirmTimeout: antipode.confirm_timeout ?? 5,
      gatewayGroups: Object.fromEntries(
        Object.entries(antipode.gateway_groups ?? {}).map(([id, { labels = {} }]) => [id, { labels }]),
      ),
      fleet: {
        lostAfter: inSeconds(antipode.fleet?.lost_after ?? '30s') * 1000,
        offlineAfter: inSeconds(antipode.fleet?.offline_after ?? '2h') * 1000,
        removedAfter: inSeconds(antipode.fleet?.removed_after ?? '7d') * 1000,
        deliveryDeadline: inSeconds(antipode.fleet?.delivery_deadline ?? '10s') * 1000,
      },
      history: {
        revisions: antipode.history?.revisions ?? 100_000,
        age: inSeconds(antipode.history?.age ?? '3d'),
        writeRevisions: antipode.history?.write_revisions ?? 10_000_000,
        writeAge: inSeconds(antipode.history?.write_age ?? '7d'),
      },
      providerRegistry: antipode.provider_registry
        ? {
            ...antipode.provider_registry,
            listen: endpoint(antipode.provider_registry.listen ?? {}, '0.0.0.0', 7944),
          }
        : null,
      reports: {
        minutes: inSeconds(antipode.reports?.minutes ?? '7d'),
        hours: inSeconds(antipode.reports?.hours ?? '400d'),
        sinks: antipode.reports?.sinks ?? [],
        outboxSize: bytes(antipode.reports?.outbox_size ?? '256m'),
        outboxAge: inSeconds(antipode.reports?.outbox_age ?? '1d'),
      },
    },
  }
}

function endpoint(value: number | { ip?: string; port?: number }, ip: string, port: number): Endpoint {
  return typeof value === 'number' ? { ip, port: value } : { ip: value.ip ?? ip, port: value.port ?? port }
}

function bytes(value: number | string): number {
  const unit = { k: 1024, m: 1024 ** 2, g: 1024 ** 3 }[String(value).slice(-1).toLowerCase()] ?? 1
  return Number.parseInt(String(value), 10) * unit
}

function inSeconds(value: number | string): number {
  if (typeof value === 'number') return value
  const unit = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 }[value.replace(/^[0-9]+/, '')] ?? 1
  return Number.parseInt(value, 10) * unit
}
