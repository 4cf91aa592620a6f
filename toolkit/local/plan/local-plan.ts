import type { Durability } from '../../../runtime/model/region-state.ts'
import { type Topology, topologyHash } from '../../../topology/index.ts'
import { bindingFails, freePort, type PortToCheck } from '../processes/port-holder.ts'
import type { PortPlan } from './port-plan.ts'
import { refuseUnrunnable } from './refuse-unrunnable.ts'

/** One region as it will run here. */
export interface RegionPlan {
  readonly name: string
  readonly declaredRole: 'primary' | 'standby' | 'active'
  /** Permanent index of the region. */
  readonly index: number
  readonly address: string
  readonly gateway: readonly Listener[]
  readonly admin: Listener
  readonly status: Listener
  readonly sync: Listener
  readonly database: Listener
  /** The region that confirms this one's writes; absent where there is none. */
  readonly peer: string | undefined
  /** Regions of the same lineage, whose control planes this region's data planes may turn to. */
  readonly lineage: readonly string[]
}

export interface Listener {
  readonly ip: string
  readonly port: number
}

/** A topology, or the single region that runs without one, laid out on this machine. */
export interface LocalPlan {
  readonly name: string
  /** Content hash of the topology; empty without one. */
  readonly hash: string
  readonly topology: Topology | undefined
  readonly regions: readonly RegionPlan[]
  readonly commit: Durability
  /** Seconds. */
  readonly lease: number
  readonly databaseMajor: number
  readonly replication: Topology['database']['replication']
  readonly gslb: { readonly host: string; readonly listener: Listener } | undefined
}

const LONE_REGION = 'local'
const DATABASE_PORT = 5433
const DATABASE_MAJOR = 17

/**
 * Lays a topology out: every region has the same ports on a loopback address of its own, so that what users know of
 * ports stays true in each. Where the system has no 127.0.0.2 (macOS), regions share 127.0.0.1 and each region's ports
 * are 100 above those of the one before.
 */
export async function planLocally(
  topology: Topology | undefined,
  ports: PortPlan,
  gslbPort: number,
): Promise<LocalPlan> {
  if (topology) refuseUnrunnable(topology)
  const names = topology ? Object.keys(topology.regions) : [LONE_REGION]
  const ownAddresses = names.length === 1 || (await bindingFails('127.0.0.2', 0)) === undefined
  const regions: RegionPlan[] = []
  for (const [position, name] of names.entries()) {
    const address = ownAddresses ? `127.0.0.${position + 1}` : '127.0.0.1'
    const shift = ownAddresses ? 0 : 100 * position
    // The first region listens where its file says; an address of the machine cannot be shared out to the others.
    const at = async (listener: { ip?: string; port: number }): Promise<Listener> => {
      const ip = topology ? address : (listener.ip ?? address)
      return { ip, port: listener.port === 0 ? await freePort(ip) : listener.port + shift }
    }
    const described = topology?.regions[name]
    const others = names.filter((other) => other !== name)
    regions.push({
      name,
      declaredRole: described === undefined || described.role === 'edge' ? 'active' : described.role,
      index: described?.index ?? 1,
      address,
      gateway: await Promise.all(ports.gateway.map(at)),
      admin: await at(ports.admin),
      status: await at(ports.status),
      sync: await at(ports.sync),
      database: { ip: address, port: await databasePort(address, ports, shift) },
      peer: topology?.mode === 'active-passive' ? others[0] : undefined,
      lineage: topology?.mode === 'active-passive' ? [name, ...others] : [name],
    })
  }
  const replicated = topology?.mode === 'active-passive'
  return {
    name: topology?.name ?? LONE_REGION,
    hash: topology ? topologyHash(topology) : '',
    topology,
    regions,
    commit: replicated ? topology.database.commit : 'local',
    lease: topology?.database.lease.seconds ?? 3,
    databaseMajor: topology?.database.version ?? DATABASE_MAJOR,
    replication: topology?.database.replication ?? 'none',
    gslb: topology && {
      host: topology.host,
      listener: { ip: '127.0.0.1', port: gslbPort === 0 ? await freePort('127.0.0.1') : gslbPort },
    },
  }
}

/** Every port that the plan takes for itself, and what for. */
export function portsOf(plan: LocalPlan): PortToCheck[] {
  const check = ({ ip, port }: Listener, what: string): PortToCheck => ({ address: ip, port, what })
  return [
    ...plan.regions.flatMap((region) => [
      ...region.gateway.map((listener) => check(listener, `gateway of ${region.name}`)),
      check(region.admin, `Admin API of ${region.name}`),
      check(region.sync, `sync listener of ${region.name}`),
      check(region.status, `status of ${region.name}`),
    ]),
    ...(plan.gslb ? [check(plan.gslb.listener, 'GSLB')] : []),
  ]
}

/** A listener's URL, as callers on this machine reach it. */
export function urlOf(scheme: 'http' | 'https', { ip, port }: Listener): string {
  const host = ip === '0.0.0.0' || ip === '::' ? '127.0.0.1' : ip.includes(':') ? `[${ip}]` : ip
  return `${scheme}://${host}:${port}`
}

/** The familiar port beside the default ports where it is free; else, and with other ports, any. */
async function databasePort(address: string, ports: PortPlan, shift: number): Promise<number> {
  const preferred = DATABASE_PORT + shift
  if (ports.isDefault && (await bindingFails(address, preferred)) === undefined) return preferred
  return freePort(address)
}
