import type { LocalTopology } from '../../local/local-topology.ts'

/** What an operator's command did. */
export interface OperatorResult {
  /** The region that writes now. */
  readonly writer: string
  readonly epoch: number
  /** How long no write was accepted during a switchover; null where the procedure is none. */
  readonly frozenMilliseconds: number | null
  /** The database of the region that came back was replaced by a copy. */
  readonly rebuilt: boolean
}

/** The people's part in a drill: the runner calls what an operator would call, with the same effect. */
export interface Operator {
  /** @param allowDataLoss where the topology acknowledges writes before the standby has them, an operator must accept loss */
  failover(topology: LocalTopology, to: string, allowDataLoss: boolean): Promise<OperatorResult>
  failback(topology: LocalTopology, to: string): Promise<OperatorResult>
  upgradeDatabases(topology: LocalTopology, major: number): Promise<void>
  /** To the region that does not write, and back. */
  moveWriterAround(topology: LocalTopology): Promise<void>
}
