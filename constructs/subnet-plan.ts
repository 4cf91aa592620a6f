import { formatCidr, parseCidr, subnetOf } from '../topology/cidr.ts'

/** The address ranges of a network's subnets, one of each kind per zone. */
export interface SubnetPlan {
  readonly public: readonly string[]
  readonly private: readonly string[]
}

const MOST_ZONES = 4

/**
 * Cuts a network: its lower half into eight parts for public subnets, its upper half into four for private ones, since
 * tasks need many addresses and balancers few. A zone keeps its ranges when another one is added, and one that takes the
 * place of another has other ranges, as long as its letter allows: Terraform may make the new subnets before it deletes
 * the old ones.
 *
 * @param zones by their whole names, such as `us-east-1a`
 * @returns undefined where there is no room
 */
export function subnetPlan(cidr: string, zones: readonly string[]): SubnetPlan | undefined {
  const network = parseCidr(cidr)
  const { length } = zones
  if (!network || network.prefix < 16 || network.prefix > 24 || length < 2 || length > MOST_ZONES) return undefined
  const numbers = zones.reduce<readonly number[]>((taken, zone) => taken.concat(nextFree(numberOf(zone), taken)), [])
  return {
    public: numbers.map((number) => formatCidr(subnetOf(network, 4, number))),
    private: numbers.map((number) => formatCidr(subnetOf(network, 3, 4 + number))),
  }
}

function numberOf(zone: string): number {
  return zone.charCodeAt(zone.length - 1) - 'a'.charCodeAt(0)
}

/** @returns the first of the four places, from the wanted one on, that nobody has */
function nextFree(wanted: number, taken: readonly number[]): number {
  const places = Array.from(
    { length: MOST_ZONES },
    (_, step) => (((wanted + step) % MOST_ZONES) + MOST_ZONES) % MOST_ZONES,
  )
  return places.find((place) => !taken.includes(place)) ?? 0
}
