import type { InstanceState, RegionRole } from '../../model/region-state.ts'
import type { Version } from '../../model/version.ts'
import type { RevisionRow } from '../store/database-reader.ts'

/** What two control planes of one lineage tell each other; one JSON object a line, in both directions alike. */
export type PeerMessage = StateMessage | ProbeMessage | ConfirmationMessage | FleetMessage

/** Who I am and what I hold: first on every connection, then every half second and at every change. */
export interface StateMessage {
  readonly kind: 'state'
  readonly region: string
  readonly role: RegionRole
  readonly lineage: string | null
  readonly epoch: number
  readonly revision: number
  /** Whether this region's database can be written, whatever its control plane allows. */
  readonly inRecovery: boolean | null
}

/** From the writer: show me the newest row your replica has. */
export interface ProbeMessage {
  readonly kind: 'probe'
  readonly epoch: number
  readonly probe: number
  /** The writer goes on alone until this side has confirmed its newest revision. */
  readonly solo: boolean
  /** Clients are waiting: look more often. */
  readonly outstanding: boolean
  /** The newest beat of the heartbeat row that the writer has committed. */
  readonly beat: number
  /** The newest version whose writes have been answered. */
  readonly answered: Version | null
}

/** From the standby: my replica shows this row, and so everything before it. */
export interface ConfirmationMessage extends RevisionRow {
  readonly kind: 'confirmation'
  /** The newest probe received. */
  readonly probe: number
}

/** From the standby, whose database cannot be written: the gateway instances it serves. */
export interface FleetMessage {
  readonly kind: 'fleet'
  readonly instances: readonly InstanceState[]
}
