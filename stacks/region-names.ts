/** The names by which the stacks of one region, and of its peers, find what is in it, without reading any state. */
export interface RegionNames {
  /** `payments-us-east-1`: begins the name of everything in the region. */
  readonly base: string
  /** Alias of the region's key. */
  readonly keyAlias: string
  /** Name of the repository of images. */
  readonly repository: string
  /** Zone of the names within the region, `us-east-1.payments.internal`. */
  readonly privateZone: string
  /** The control planes' balancer. */
  readonly controlPlane: string
  /** Begins the names of its secrets. */
  readonly secrets: string
  /** The secret with the database's password, the same in every region of one history. */
  readonly databaseSecret: string
}

export function regionNames(topology: string, region: string): RegionNames {
  const base = `${topology}-${region}`
  const privateZone = `${region}.${topology}.internal`
  return {
    base,
    keyAlias: `alias/${base}`,
    repository: `${topology}/antipode`,
    privateZone,
    controlPlane: `control-plane.${privateZone}`,
    secrets: `${topology}/${region}`,
    databaseSecret: `${topology}/database`,
  }
}
