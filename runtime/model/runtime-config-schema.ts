import { type Static, Type } from 'typebox'
import { AutomaticFailoverFile } from './automatic-failover.ts'
import { KeyringFile } from './keyring-settings.ts'
import { OidcProviderFile } from './oidc-settings.ts'
import { ReportSinkSettings } from './report-sink-settings.ts'
import { GROUP_ID } from './resource.ts'

/**
 * The keys of `config.yaml` that mean something to a control plane or data plane, as they stand in the file. APISIX's
 * own keys keep their names and forms; ours sit under `antipode`.
 */
const port = Type.Integer({ minimum: 0, maximum: 65_535 })
const listenObject = Type.Object({ ip: Type.Optional(Type.String()), port })
const seconds = Type.Number({ exclusiveMinimum: 0 })
/** A number of seconds, or nginx's form: `60s`, `500ms`, `2m`. */
const nginxTime = Type.Union([Type.Number({ minimum: 0 }), Type.String({ pattern: '^[0-9]+(ms|s|m|h|d)?$' })])
/** Bytes, or nginx's form: `512k`, `8m`, `1g`. */
const nginxSize = Type.Union([Type.Integer({ minimum: 0 }), Type.String({ pattern: '^[0-9]+[kKmMgG]?$' })])
/** From nothing to everything. */
const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const
const url = Type.String({ pattern: '^https?://.+' })

export const RuntimeConfigFile = Type.Object({
  apisix: Type.Optional(
    Type.Object({
      node_listen: Type.Optional(Type.Union([port, Type.Array(Type.Union([port, listenObject]), { minItems: 1 })])),
      status: Type.Optional(Type.Object({ ip: Type.Optional(Type.String()), port: Type.Optional(port) })),
      router: Type.Optional(Type.Object({ http: Type.Optional(Type.Enum(['radixtree_host_uri'])) })),
      delete_uri_tail_slash: Type.Optional(Type.Boolean()),
      trusted_addresses: Type.Optional(Type.Array(Type.String())),
    }),
  ),
  deployment: Type.Optional(
    Type.Object({
      role: Type.Optional(Type.Enum(['data_plane', 'control_plane'])),
      role_data_plane: Type.Optional(
        Type.Object({
          control_plane: Type.Optional(
            Type.Object({ host: Type.Optional(Type.Union([url, Type.Array(url, { minItems: 1 })])) }),
          ),
        }),
      ),
      admin: Type.Optional(
        Type.Object({
          admin_key_required: Type.Optional(Type.Boolean()),
          admin_key: Type.Optional(
            Type.Array(
              Type.Object({
                name: Type.String({ minLength: 1 }),
                key: Type.String({ minLength: 1 }),
                role: Type.Enum(['admin', 'viewer']),
              }),
            ),
          ),
          admin_listen: Type.Optional(listenObject),
          allow_admin: Type.Optional(Type.Array(Type.String())),
        }),
      ),
      certs: Type.Optional(
        Type.Object({
          cert: Type.Optional(Type.String()),
          cert_key: Type.Optional(Type.String()),
          trusted_ca_cert: Type.Optional(Type.String()),
        }),
      ),
    }),
  ),
  nginx_config: Type.Optional(
    Type.Object({
      http: Type.Optional(
        Type.Object({
          client_max_body_size: Type.Optional(nginxSize),
          client_header_timeout: Type.Optional(nginxTime),
          client_body_timeout: Type.Optional(nginxTime),
          keepalive_timeout: Type.Optional(nginxTime),
        }),
      ),
    }),
  ),
  antipode: Type.Optional(
    Type.Object({
      region: Type.Optional(Type.String({ minLength: 1 })),
      region_index: Type.Optional(Type.Integer({ minimum: 1, maximum: 63 })),
      gateway_group: Type.Optional(Type.String({ minLength: 1 })),
      gateway_groups: Type.Optional(
        Type.Record(
          Type.String({ pattern: GROUP_ID.source }),
          Type.Object({
            labels: Type.Optional(Type.Record(Type.String(), Type.String({ maxLength: 256 }))),
          }),
          { additionalProperties: false },
        ),
      ),
      labels: Type.Optional(Type.Record(Type.String(), Type.String({ maxLength: 256 }))),
      cache_dir: Type.Optional(Type.String({ minLength: 1 })),
      state_dir: Type.Optional(Type.String({ minLength: 1 })),
      database: Type.Optional(Type.String({ pattern: '^postgres(ql)?://.+' })),
      sync_listen: Type.Optional(listenObject),
      status: Type.Optional(Type.Object({ ip: Type.Optional(Type.String()), port: Type.Optional(port) })),
      log_level: Type.Optional(Type.Enum(LOG_LEVELS)),
      sync_address: Type.Optional(Type.String({ pattern: '^https://.+' })),
      authority: Type.Optional(Type.Object({ cert: Type.String(), key: Type.String() })),
      instance_certificate_life: Type.Optional(nginxTime),
      token: Type.Optional(Type.String({ minLength: 1 })),
      directory: Type.Optional(Type.String({ minLength: 1 })),
      peer: Type.Optional(Type.Object({ region: Type.String({ minLength: 1 }), host: url, admin: Type.Optional(url) })),
      initial_writer: Type.Optional(Type.Boolean()),
      commit: Type.Optional(Type.Enum(['confirmed', 'local'])),
      lease: Type.Optional(seconds),
      automatic_failover: Type.Optional(AutomaticFailoverFile),
      confirm_timeout: Type.Optional(seconds),
      fleet: Type.Optional(
        Type.Object({
          lost_after: Type.Optional(nginxTime),
          offline_after: Type.Optional(nginxTime),
          removed_after: Type.Optional(nginxTime),
          delivery_deadline: Type.Optional(nginxTime),
        }),
      ),
      history: Type.Optional(
        Type.Object({
          revisions: Type.Optional(Type.Integer({ minimum: 1 })),
          age: Type.Optional(nginxTime),
          write_revisions: Type.Optional(Type.Integer({ minimum: 1 })),
          write_age: Type.Optional(nginxTime),
        }),
      ),
      keyring: Type.Optional(KeyringFile),
      heartbeat_interval: Type.Optional(seconds),
      expose_region: Type.Optional(Type.Boolean()),
      fallback: Type.Optional(
        Type.Object({
          url: Type.String({ pattern: '^(s3|https?)://.+' }),
          region: Type.Optional(Type.String({ minLength: 1 })),
          endpoint: Type.Optional(url),
        }),
      ),
      provider_registry: Type.Optional(
        Type.Object({
          directory: Type.String({ minLength: 1 }),
          listen: Type.Optional(Type.Object({ ip: Type.Optional(Type.String()), port: Type.Optional(port) })),
          names: Type.Array(Type.String({ pattern: '^[A-Za-z0-9.:-]+$' }), { minItems: 1 }),
        }),
      ),
      reports: Type.Optional(
        Type.Object({
          interval: Type.Optional(nginxTime),
          index: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' })),
          spool_size: Type.Optional(nginxSize),
          spool_age: Type.Optional(nginxTime),
          minutes: Type.Optional(nginxTime),
          hours: Type.Optional(nginxTime),
          sinks: Type.Optional(Type.Array(ReportSinkSettings, { maxItems: 16 })),
          outbox_size: Type.Optional(nginxSize),
          outbox_age: Type.Optional(nginxTime),
        }),
      ),
      identity: Type.Optional(
        Type.Object({
          bootstrap: Type.Optional(Type.String({ minLength: 16 })),
          session_ttl: Type.Optional(nginxTime),
          audit_retention: Type.Optional(nginxTime),
          oidc: Type.Optional(Type.Array(OidcProviderFile)),
        }),
      ),
    }),
  ),
})

export type RuntimeConfigFile = Static<typeof RuntimeConfigFile>

/**
 * Keys of APISIX's own `config.yaml` that change nothing here. Each one found costs a warning, so that a file carried
 * over from APISIX starts, and its owner learns what no longer counts. A key stands for everything below it.
 */
export const KEYS_WITHOUT_MEANING: ReadonlySet<string> = new Set(
  `apisix: enable_admin enable_dev_mode enable_reuseport show_upstream_status_in_response_header enable_ipv6
     enable_http2 proxy_protocol enable_server_tokens extra_lua_path extra_lua_cpath lua_module_hook proxy_cache
     normalize_uri_like_servlet proxy_mode stream_proxy dns_resolver dns_resolver_valid resolver_timeout
     enable_resolv_search_opt ssl enable_control control disable_sync_configuration_during_start
     worker_startup_time_threshold data_encryption events lru tracing id disable_upstream_healthcheck
   apisix.router: ssl
   deployment: role_traditional role_control_plane etcd config_provider
   deployment.role_data_plane: config_provider
   deployment.role_data_plane.control_plane: timeout tls prefix
   deployment.admin: enable_admin_cors enable_admin_ui https_admin admin_api_mtls admin_api_version
   nginx_config: user error_log error_log_level worker_processes enable_cpu_affinity worker_rlimit_nofile
     worker_shutdown_timeout max_pending_timers max_running_timers event envs meta stream main_configuration_snippet
     http_configuration_snippet http_server_configuration_snippet http_server_location_configuration_snippet
     http_admin_configuration_snippet http_end_configuration_snippet stream_configuration_snippet
   nginx_config.http: enable_access_log access_log access_log_buffer access_log_format access_log_format_escape
     send_timeout underscores_in_headers real_ip_header real_ip_recursive real_ip_from proxy_ssl_server_name upstream
     charset variables_hash_max_size lua_shared_dict custom_lua_shared_dict
   : plugins stream_plugins plugin_attr discovery graphql ext-plugin wasm xrpc etcd`
    .split(/\n\s*(?=[\w.]*:)/)
    .flatMap((line) => {
      const [parent = '', keys = ''] = line.split(':')
      const prefix = parent.trim() === '' ? '' : `${parent.trim()}.`
      return keys
        .trim()
        .split(/\s+/)
        .map((key) => prefix + key)
    }),
)
