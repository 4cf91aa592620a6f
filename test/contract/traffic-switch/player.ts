/** Somebody who plays a vendor's side of a switch; everything begins on. */
export interface Player {
  /** By region: ids as the switch is given them. */
  readonly ids: Readonly<Record<string, string>>
  /** What the vendor was told to change, in order: `us-east-1 off`. */
  readonly orders: string[]
  /** Turns a region behind the switch's back. */
  turn(region: string, on: boolean): Promise<void> | void
  /** What the SDK, or the switch, needs in its environment. */
  readonly env: Readonly<Record<string, string>>
  stop(): Promise<void>
}

export const REGIONS = ['us-east-1', 'us-west-2'] as const
