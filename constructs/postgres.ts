import type { Connections } from './connections.ts'

/** A region's database as those who use it see it, whatever it is made of and whatever its role is. */
export interface Postgres {
  /** Where it is reached, in every role. */
  readonly address: string
  readonly arn: string
  readonly connections: Connections
}
