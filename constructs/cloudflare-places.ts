import type { Callers } from '../topology/index.ts'

/**
 * Cloudflare's regions in each continent (developers.cloudflare.com/load-balancing/reference/region-mapping-api). It
 * has none for Antarctica, whose country code AQ stands in.
 */
const REGIONS: Readonly<Record<string, readonly string[]>> = {
  AF: ['NAF', 'SAF'],
  AN: [],
  AS: ['ME', 'NEAS', 'SAS', 'SEAS'],
  EU: ['EEU', 'WEU'],
  NA: ['ENAM', 'WNAM'],
  OC: ['OC'],
  SA: ['NSAM', 'SSAM'],
}

/** Places in the codes of Cloudflare. */
export interface CloudflarePlaces {
  readonly regions: readonly string[]
  /** Codes of ISO 3166-1. */
  readonly countries: readonly string[]
}

/** The places whose callers a region takes; none where it takes everyone else. */
export function cloudflarePlaces(callers: Callers | undefined): CloudflarePlaces {
  const { continents = [], countries = [] } = callers ?? {}
  return {
    regions: continents.flatMap((continent) => REGIONS[continent] ?? []),
    countries: [...(continents.includes('AN') ? ['AQ'] : []), ...countries],
  }
}
