import type { PriceList } from './price.ts'
import type { Demand, Usage } from './usage.ts'

/** How often something is bought in a month, in units of its price: as it stands, and failed over. */
export interface Quantity {
  /** With every region healthy: services at their fewest tasks, callers where they usually go. */
  readonly usual: number
  /** With the region carrying all callers, and services at their most tasks. */
  readonly failedOver: number
}

/** One item of a stack's bill. */
export interface CostLine {
  /** For people: `Fargate processors, 2 tasks (6 failed over)`. */
  readonly what: string
  /** The item of the price table. */
  readonly item: string
  readonly region: string
  readonly quantity: Quantity
}

/** A resource as a stack declares it. */
export type Declared = Readonly<Record<string, unknown>>

/** What a rule may ask about the stack around a resource, and about what it serves. */
export interface Surroundings {
  /** Resources of a type in the same stack, by name. */
  readonly of: (type: string) => Readonly<Record<string, Declared>>
  readonly region: string
  /** What callers ask of each balancer of callers in the region. */
  readonly demand: { readonly usual: Demand; readonly failedOver: Demand }
  /** How many balancers share the region's callers. */
  readonly balancers: number
  /** How many NAT gateways share the region's way out. */
  readonly gateways: number
  readonly dnsPolicy: string
  readonly usage: Usage
  readonly prices: PriceList
}

/** As often whoever is healthy. */
export function always(quantity: number): Quantity {
  return { usual: quantity, failedOver: quantity }
}
