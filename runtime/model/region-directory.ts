import type { KeyObject } from 'node:crypto'
import { openToken, type SigningKey, signToken, TokenRefusal } from './signed-token.ts'

/**
 * Which control plane serves which region, signed by the deployment's authority: from it and from its own region a data
 * plane works out whom to call, and whom next.
 */
export interface RegionDirectory {
  /** `spiffe://<trust domain>` */
  readonly iss: string
  /** Seconds since 1970. */
  readonly iat: number
  readonly regions: readonly RegionEntry[]
}

export interface RegionEntry {
  readonly region: string
  /** `https://host:port` of its sync listener. */
  readonly url: string
  /** Only control planes of one lineage stand in for each other. */
  readonly lineage: string
}

const TYPE = 'antipode-regions+jwt'
const MOST_REGIONS = 63

export function signDirectory(directory: RegionDirectory, key: SigningKey): string {
  return signToken(TYPE, directory, key)
}

/** @throws TokenRefusal */
export function openDirectory(text: string, keys: ReadonlyMap<string, KeyObject>, issuer: string): RegionDirectory {
  const directory = check(openToken(TYPE, text, keys))
  if (directory.iss !== issuer) throw new TokenRefusal(`${directory.iss} issued it, not ${issuer}`)
  return directory
}

/** Addresses of control planes in the order to call them: the own region's, then those of the same lineage. */
export function controlPlanesFor(region: string, { regions }: RegionDirectory): string[] {
  const own = regions.find((entry) => entry.region === region)
  if (!own) throw new TokenRefusal(`the directory of regions does not name ${region}`)
  const others = regions.filter((entry) => entry !== own && entry.lineage === own.lineage)
  return [own, ...others].map(({ url }) => url)
}

function check(claims: Record<string, unknown>): RegionDirectory {
  const { iss, iat, regions } = claims
  const isEntry = (entry: Partial<RegionEntry> | null) =>
    typeof entry?.region === 'string' && typeof entry.lineage === 'string' && /^https:\/\/./.test(String(entry.url))
  if (typeof iss !== 'string' || !Number.isSafeInteger(iat) || !Array.isArray(regions)) {
    throw new TokenRefusal('it is no directory of regions')
  }
  if (regions.length > MOST_REGIONS || !regions.every(isEntry)) throw new TokenRefusal('a region in it has no address')
  return claims as unknown as RegionDirectory
}
