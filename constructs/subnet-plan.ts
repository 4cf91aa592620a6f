import { formatCidr, parseCidr, subnetOf } from '../topology/cidr.ts'

/** The address ranges of a network's subnets, one of each kind per zone. */
export interface SubnetPlan {
  readonly public: readonly string[]
  readonly private: readonly string[]
}

/**
 * Cuts a network: its lower half into eight parts for public subnets, its upper half into four for private ones, since
 * tasks need many addresses and balancers few. A zone keeps its ranges when another one is added.
 *
 * @returns undefined where there is no room
 */
export function subnetPlan(cidr: string, zones: number): SubnetPlan | undefined {
  const network = parseCidr(cidr)
  if (!network || network.prefix < 16 || network.prefix > 24 || zones < 2 || zones > 4) return undefined
  const numbers = Array.from({ length: zones }, (_, index) => index)
  return {
    public: numbers.map((number) => formatCidr(subnetOf(network, 4, number))),
    private: numbers.map((number) => formatCidr(subnetOf(network, 3, 4 + number))),
  }
}
