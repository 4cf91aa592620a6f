import type { PostgresBinaries } from '../database/binaries.ts'
import type { UnprivilegedUser } from '../database/unprivileged-user.ts'
import type { Endpoint } from '../links/link-forwarder.ts'
import type { PacketFilter } from '../links/packet-filter.ts'
import type { EngineName, Part } from '../local-topology.ts'
import type { Listener } from '../plan/local-plan.ts'
import type { BaseConfig } from '../plan/port-plan.ts'
import type { Exit } from '../processes/child-processes.ts'

/** One start of a part. */
interface ProgramOfPart {
  readonly region: string
  /** Names it within the topology: `us-east-1-data-plane-2`. */
  readonly name: string
  /** Where callers on this machine reach it. */
  readonly listeners: readonly Listener[]
  /** A directory of its own on this machine, for what it keeps. */
  readonly directory: string
  /** Receives stdout and stderr. */
  readonly log: string
  /** Environment variables beside its usual ones. */
  readonly env?: Readonly<Record<string, string>>
  /** Files of this machine that it reads beside its usual ones, at the same path. */
  readonly reads?: readonly string[]
}

/** A control plane or a data plane. */
export interface RuntimeProgram extends ProgramOfPart {
  readonly part: 'control-plane' | 'data-plane'
  /** Listens where the program of this name does, which is started before it; both take a share of the connections. */
  readonly joins?: string
  /** Its `config.yaml`, as data. */
  readonly config: BaseConfig
}

/** A PostgreSQL server over a directory that holds a database. */
export interface DatabaseProgram extends ProgramOfPart {
  readonly part: 'database'
  readonly binaries: PostgresBinaries
  readonly args: readonly string[]
  /** Owns the directory; undefined where that is the user of this process. */
  readonly user: UnprivilegedUser | undefined
  /** It is built beside the region's database, whose place it may take later: nobody looks for it under that name. */
  readonly isBeside: boolean
}

export type PartProgram = RuntimeProgram | DatabaseProgram

/** A part that was started. What is asked of one that has ended is done at once. */
export interface RunningPart {
  /** Resolves when it runs; also where it could not be started, which `exited` then tells. */
  readonly started: Promise<void>
  readonly exited: Promise<Exit>
  /** False once it has ended. */
  readonly running: boolean
  /** Its root process; undefined before it runs. */
  readonly pid: number | undefined
  /** To its root process. */
  signal(signal: NodeJS.Signals): void
  /** Stops every process of it, as they are. */
  freeze(): Promise<void>
  thaw(): Promise<void>
  /** SIGKILL to all of it, frozen or not; resolves when nothing of it is left. */
  kill(): Promise<void>
  /** Asks it to end by `signal`, thawed, and kills it when it has not after `seconds`. */
  stop(signal: NodeJS.Signals, seconds: number): Promise<void>
  /** The last lines it wrote, for an error message. */
  lastWords(lines?: number): string
}

/** How the world looks from the parts of a region. */
export interface Standpoint {
  /** The address on which a part listens, so that callers on this machine reach it at `address`. */
  listenOn(address: string): string
  /** Where the region's own parts reach one another without a link. */
  directly(part: Part, listener: Listener): Endpoint
  /** Whence calls arrive, of this machine and of the region's own parts. CIDR. */
  readonly callers: string
  /** The address at which they reach what listens on this machine. */
  readonly machine: string
  /** What a part calls its directory. */
  ownDirectory(directory: string): string
}

/**
 * What a topology's parts run in. The supervisor above it decides what runs, when, and with which configuration; an
 * engine starts it, ends it, and leaves nothing of it behind, also where the supervisor is killed.
 */
export interface Engine {
  readonly name: EngineName
  /** A killed database leaves shared memory on this machine. */
  readonly sharesMemory: boolean
  /** What drops packets where its parts send and receive them; undefined where links of this machine do without. */
  readonly filter: PacketFilter | undefined
  /** Where faults of links are made, in words. */
  readonly linkFaults: string
  /** @throws RangeError for a region that is not of the topology */
  standpoint(region: string): Standpoint
  /** Does not wait until it runs. */
  start(program: PartProgram): RunningPart
  /** Starts nothing more, and ends and removes what is left. */
  close(): Promise<void>
}
