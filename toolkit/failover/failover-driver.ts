/** A region as failover procedures see it. */
export interface FailoverRegion {
  readonly name: string
  /** Permanent index, 1 to 63. */
  readonly index: number
  /** Base URL of the sync listener, where roles are changed with mutual TLS. */
  readonly sync: string
  /** Connection string to this region's own database. */
  readonly database: string
}

export interface Deployment {
  readonly topology: string
  /** How the writer's database reaches the other region's. */
  readonly replication: 'physical' | 'logical' | 'none'
  readonly regions: readonly FailoverRegion[]
  /** The operator's identity, PEM. */
  readonly operator: { readonly certificate: string; readonly key: string; readonly ca: string }
  /** Where findings, such as orphan rows, are kept. */
  readonly folder: string
}

/** What bringing a region's database to another major needs. Only where replication is logical. */
export interface DatabaseUpgrades {
  /** @throws AntipodeError where this deployment's databases cannot be brought to that major */
  checkUpgrade(major: number): Promise<void>
  /** @returns its major, and that of a whole one that was built beside it */
  databaseOf(region: string): Promise<{ readonly major: number; readonly beside: number | null }>
  /** Builds one of another major beside a standby's, from the writer's; resolves when it holds everything. */
  buildBeside(region: string, from: string, major: number): Promise<void>
  discardBeside(region: string): Promise<void>
  /** What was built takes the standby's place, once it holds all that the standby has confirmed. */
  moveIn(region: string): Promise<void>
}

/**
 * What a failover procedure needs done to a region's database and processes, and cannot ask its control plane for.
 * Epoch and lease stay above every driver, in the control plane.
 */
export interface FailoverDriver {
  capabilities(): {
    readonly switchover: 'lossless' | 'manual'
    readonly rejoin: 'rewind' | 'rebuild' | 'managed'
    /** Whether `fence` can prove that a region's processes ended. */
    readonly fence: boolean
  }
  describe(): Promise<Deployment>
  /** Ends the region's control planes and database and returns only once that is certain. */
  fence(region: string): Promise<void>
  /** Stops the database in order; everything it wrote has been sent. @returns its shutdown checkpoint, as `0/3000060` */
  stopDatabase(region: string): Promise<string>
  /** Starts the stopped database as a standby of `of`, whether that one is promoted yet or not. */
  followFrom(region: string, of: string): Promise<void>
  /** Takes `stopDatabase` back. */
  resumeDatabase(region: string): Promise<void>
  /** Starts the region's dead processes, the database as what it was. */
  startRegion(region: string): Promise<void>
  /** Replaces the region's database by a copy of the writer's that streams from it. */
  rejoin(region: string, from: string): Promise<void>
}
