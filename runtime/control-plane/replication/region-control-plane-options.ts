import type { Logger } from 'pino'
import type { AutomaticFailoverSettings } from '../../model/automatic-failover.ts'
import type { InstanceState } from '../../model/region-state.ts'
import type { Endpoint } from '../../model/runtime-config.ts'
import type { Version } from '../../model/version.ts'
import type { Keyring } from '../keyring/keyring.ts'
import type { Configuration } from '../store/configuration.ts'
import type { Publication } from '../store/sequencer.ts'
import type { WriteTrace } from '../store/write-trace.ts'
import type { RightToGoAlone } from './automatic/witness.ts'
import type { HoldFile } from './hold.ts'
import type { PeerLinkOptions } from './peer-link.ts'
import type { RegionSettings } from './region-context.ts'

/** What a region's control plane works with. */
export interface RegionControlPlaneOptions {
  readonly settings: RegionSettings
  readonly logger: Logger
  readonly hold: HoldFile
  readonly keyring: Keyring
  /** Absent where every move is an operator's. */
  readonly automatic?:
    | { readonly settings: AutomaticFailoverSettings; readonly witness: RightToGoAlone | null }
    | null
    | undefined
  /** Who follows a write that is made at this moment. */
  readonly trace?: (() => WriteTrace | undefined) | undefined
  readonly tls: PeerLinkOptions['tls']
  /** Where the region's other control planes reach this one. */
  readonly syncListen: Endpoint
  readonly peer: Pick<PeerLinkOptions, 'host'> | null
  /** The peer's Admin API, told to clients that ask the wrong region. */
  readonly peerAdmin: string | null
  /** The gateway instances that this region serves. */
  instances(): readonly InstanceState[]
  /** Another control plane has told of the instances that it serves. */
  onFleet?(): void
  show(configuration: Configuration, lineage: string, version: Version): void
  advance(publication: Publication): void
}
