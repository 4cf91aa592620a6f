import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import { AntipodeError } from '../../../runtime/model/errors.ts'
import { loadRuntimeConfig } from '../../../runtime/model/load-runtime-config.ts'

interface ListenerWish {
  readonly ip?: string
  readonly port: number
}

/** Where the first region listens. */
export interface PortPlan {
  readonly gateway: readonly ListenerWish[]
  readonly admin: ListenerWish
  readonly status: ListenerWish
  readonly sync: ListenerWish
  readonly isDefault: boolean
}

/** A `config.yaml` as text says it, before defaults. */
export interface BaseConfig {
  readonly apisix?: Record<string, unknown>
  readonly deployment?: Record<string, unknown>
  readonly [section: string]: unknown
}

/** APISIX's own ports, and the sync listener's. */
const DEFAULT_PORTS: PortPlan = {
  gateway: [{ port: 9080 }],
  admin: { port: 9180 },
  status: { port: 7085 },
  sync: { port: 7943 },
  isDefault: true,
}

/**
 * Reads the `config.yaml` given to `up`: its ports are the first region's, and everything else in it goes to every
 * process that is started. Without a file: the default ports.
 */
export async function readBaseConfig(file: string | undefined): Promise<{ base: BaseConfig; ports: PortPlan }> {
  if (!file) return { base: {}, ports: DEFAULT_PORTS }
  const text = await readFile(file, 'utf8').catch((cause: Error) => {
    throw new AntipodeError('CONFIG_INVALID', { file, problems: cause.message }, { cause })
  })
  const base = parseBase(text, file)
  // What `up` itself fills in is lent to the check, so that it speaks only of what the file says.
  const lent = { ...base, ...lend(base) }
  const { config } = loadRuntimeConfig(JSON.stringify(lent), file, process.env)
  const { apisix = {}, deployment = {}, antipode = {} } = base as Record<string, Record<string, unknown>>
  const admin = (deployment.admin ?? {}) as Record<string, unknown>
  const wish = (given: unknown, { ip, port }: { ip: string; port: number }): ListenerWish =>
    (given as { ip?: string } | undefined)?.ip ? { ip, port } : { port }
  const given = Array.isArray(apisix.node_listen) ? apisix.node_listen : [apisix.node_listen]
  return {
    base,
    ports: {
      gateway: config.dataPlane.listen.map((listener, i) => wish(given[i], listener)),
      admin: wish(admin.admin_listen, config.controlPlane.admin.listen),
      status: wish(apisix.status, config.dataPlane.status),
      sync: wish(antipode.sync_listen, config.controlPlane.syncListen),
      isDefault: false,
    },
  }
}

/** Its sections are taken apart before they are checked as a whole, so each must have some inside. */
function parseBase(text: string, file: string): BaseConfig {
  const invalid = (problems: string, cause?: unknown) =>
    new AntipodeError('CONFIG_INVALID', { file, problems }, { cause })
  let base: unknown
  try {
    base = parse(text) ?? {}
  } catch (cause) {
    throw invalid((cause as Error).message.split('\n')[0]!, cause)
  }
  if (!isMapping(base)) throw invalid(`it must be a mapping, not ${JSON.stringify(base)}`)
  const { deployment } = base as BaseConfig
  if (deployment !== undefined && !isMapping(deployment)) {
    throw invalid(`deployment must be a mapping, not ${JSON.stringify(deployment)}`)
  }
  if (deployment?.admin !== undefined && !isMapping(deployment.admin)) {
    throw invalid(`deployment.admin must be a mapping, not ${JSON.stringify(deployment.admin)}`)
  }
  return base as BaseConfig
}

function isMapping(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function lend(base: BaseConfig): BaseConfig {
  const admin = (base.deployment?.admin ?? {}) as Record<string, unknown>
  return {
    deployment: {
      ...base.deployment,
      role: 'data_plane',
      role_data_plane: { control_plane: { host: ['https://127.0.0.1:7943'] } },
      certs: { cert: 'tls.crt', cert_key: 'tls.key', trusted_ca_cert: 'ca.crt' },
      admin: { ...admin, admin_key_required: false },
    },
  }
}
