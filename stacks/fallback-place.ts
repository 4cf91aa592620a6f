import { FallbackBucket, type FallbackStore, fallbackBucketName, Surroundings } from '../constructs/index.ts'
import { controlPlanesOf, type Topology } from '../topology/index.ts'
import type { LayerStack } from './layer-stack.ts'
import { regionNames } from './region-names.ts'

/** Where the control planes of one history leave their configuration, by names that no state has to be read for. */
export interface FallbackPlace {
  readonly region: string
  /** Begins the bucket's name. */
  readonly base: string
  /** ARN of the key that encrypts it, or the alias of one that its region's stack makes. */
  readonly key: string
}

/**
 * The place of the history that a region writes or follows: of two regions the one that was described later. So losing
 * the other, which wrote first, does not take both; and the place stays when the writer changes.
 */
export function fallbackPlace(topology: Topology, region: string): FallbackPlace | undefined {
  if (!topology.fallback) return undefined
  const { name, regions } = topology
  const [followed = region] = controlPlanesOf(topology, region)
  const index = (each: string) => regions[each]?.index ?? 0
  const [keeper = followed] = controlPlanesOf(topology, followed).toSorted((a, b) => index(b) - index(a))
  const { base, keyAlias } = regionNames(name, keeper)
  return { region: keeper, base, key: regions[keeper]?.key ?? keyAlias }
}

/** That place as a stack of any region uses it. */
export function fallbackStore(stack: LayerStack, { region, base, key }: FallbackPlace): FallbackStore {
  return FallbackBucket.fromExisting(stack, 'fallback', {
    bucketName: fallbackBucketName(stack, base),
    bucketRegion: region,
    keyArn: key.startsWith('arn:') ? key : Surroundings.of(stack).arn('kms', key, region),
  })
}
