import type { Topology } from '../../topology/index.ts'
import type { StackDocument } from '../synthesise.ts'
import type { CostLine, Declared, Quantity, Surroundings } from './cost-line.ts'
import type { Price, PriceList } from './price.ts'
import { FREE, PRICED } from './priced-resources.ts'
import { demand, type Usage, usualShare } from './usage.ts'

/** A line with its price; amounts are in the estimate's currency, a month. */
export interface CostedLine extends CostLine {
  /** How many resources it sums up. */
  readonly count: number
  readonly price: Price
  readonly usual: number
  readonly failedOver: number
}

export interface StackCost {
  readonly stack: string
  readonly lines: readonly CostedLine[]
  readonly usual: number
  readonly failedOver: number
}

export interface RegionCost {
  /** A region of the topology, or `global` for stacks that belong to none. */
  readonly region: string
  readonly role: string
  readonly stacks: readonly StackCost[]
  readonly usual: number
  /** While this region carries all callers, at its most tasks. `global` stays as it is. */
  readonly failedOver: number
}

export interface Estimate {
  readonly topology: string
  readonly currency: string
  readonly regions: readonly RegionCost[]
  /** A month with every region healthy. */
  readonly total: number
  readonly usage: Usage
  /** Every price that was used. */
  readonly prices: readonly Price[]
  /** What to know before relying on it. */
  readonly notes: readonly string[]
}

const GLOBAL = 'global'

/** What the stacks of a topology cost in a month, read from what was synthesised. */
export function estimate(
  topology: Topology,
  documents: ReadonlyMap<string, StackDocument>,
  usage: Usage,
  prices: PriceList,
): Estimate {
  const unknown = new Map<string, number>()
  const missing = new Set<string>()
  const stacks = [...documents].map(([stack, document]) => {
    const region = Object.keys(topology.regions).find((name) => stack.startsWith(`${topology.name}-${name}-`)) ?? GLOBAL
    const lines = linesOf(document, { topology, documents, usage, prices, unknown })
    const costed = summed(lines).flatMap((line) => {
      const price = prices.likely(line.item, line.region)
      if (!price) missing.add(line.item)
      return price ? [costOf(line, price)] : []
    })
    return { region, cost: { stack, lines: costed, ...totals(costed) } }
  })
  const regions = [...Object.keys(topology.regions), GLOBAL].map((region): RegionCost => {
    const own = stacks.filter((stack) => stack.region === region).map(({ cost }) => cost)
    const { usual, failedOver } = totals(own)
    const role = topology.regions[region]?.role ?? 'of no region'
    return { region, role, stacks: own, usual, failedOver: region === GLOBAL ? usual : failedOver }
  })
  const lines = stacks.flatMap(({ cost }) => cost.lines)
  return {
    topology: topology.name,
    currency: prices.currency,
    regions,
    total: totals(regions).usual,
    usage,
    prices: [...new Set(lines.map(({ price }) => price))],
    notes: notesOn(lines, unknown, missing),
  }
}

interface Scope {
  readonly topology: Topology
  readonly documents: ReadonlyMap<string, StackDocument>
  readonly usage: Usage
  readonly prices: PriceList
  readonly unknown: Map<string, number>
}

function linesOf(document: StackDocument, scope: Scope): CostLine[] {
  const home = regionOf(document)
  return Object.entries(document.resource ?? {}).flatMap(([type, named]) => {
    const rule = PRICED[type]
    if (!rule) {
      const count = (scope.unknown.get(type) ?? 0) + Object.keys(named).length
      if (!FREE.some((free) => free.test(type))) scope.unknown.set(type, count)
      return []
    }
    return Object.entries(named).flatMap(([name, declared]) => {
      const resource = declared as Declared
      const region = `${resource.endpoint_group_region ?? resource.region ?? home}`
      const lines = rule(resource, around(document, region, scope), name)
      return lines.map((line) => ({ ...line, region }))
    })
  })
}

function around(document: StackDocument, region: string, { topology, documents, usage, prices }: Scope): Surroundings {
  const inRegion = [...documents.values()].filter((other) => regionOf(other) === region)
  const count = (type: string, which: (resource: Declared) => boolean = () => true) =>
    inRegion.flatMap((other) => Object.values(other.resource?.[type] ?? {}) as Declared[]).filter(which).length
  return {
    of: (type) => (document.resource?.[type] ?? {}) as Readonly<Record<string, Declared>>,
    region,
    demand: {
      usual: demand(topology, usage, usualShare(topology, region)),
      failedOver: demand(topology, usage, 1),
    },
    balancers: count('aws_lb', ({ internal }) => internal !== true),
    gateways: count('aws_nat_gateway'),
    dnsPolicy: ['latency', 'geolocation'].find((policy) => policy === topology.gslb.policy) ?? 'standard',
    usage,
    prices,
  }
}

function regionOf({ provider }: StackDocument): string {
  return provider?.aws?.[0]?.region ?? GLOBAL
}

/** Equal lines become one, so that three gateways are one line of three. */
function summed(lines: readonly CostLine[]): (CostLine & { count: number })[] {
  const sums = new Map<string, CostLine & { count: number }>()
  for (const line of lines) {
    const key = JSON.stringify([line.what, line.item, line.region])
    const before = sums.get(key)
    const quantity: Quantity = {
      usual: (before?.quantity.usual ?? 0) + line.quantity.usual,
      failedOver: (before?.quantity.failedOver ?? 0) + line.quantity.failedOver,
    }
    sums.set(key, { ...line, quantity, count: (before?.count ?? 0) + 1 })
  }
  return [...sums.values()].filter(({ quantity }) => quantity.usual > 0 || quantity.failedOver > 0)
}

function costOf(line: CostLine & { count: number }, price: Price): CostedLine {
  const cost = (quantity: number) => cents(quantity * price.price)
  return { ...line, price, usual: cost(line.quantity.usual), failedOver: cost(line.quantity.failedOver) }
}

function totals(of: readonly Quantity[]): Quantity {
  return {
    usual: cents(of.reduce((sum, { usual }) => sum + usual, 0)),
    failedOver: cents(of.reduce((sum, { failedOver }) => sum + failedOver, 0)),
  }
}

/** Whole cents, so that a table adds up to its own total. */
function cents(amount: number): number {
  return Math.round(amount * 100) / 100
}

function notesOn(lines: readonly CostedLine[], unknown: ReadonlyMap<string, number>, missing: ReadonlySet<string>) {
  const elsewhere = new Set(
    lines.filter(({ price, region }) => price.region && price.region !== region).map(({ region }) => region),
  )
  const assumed = new Set(lines.filter(({ price }) => price.assumed).map(({ item }) => item))
  return [
    ...[...elsewhere]
      .sort()
      .map((region) => `${region} has no prices of its own in the table; it is counted as us-east-1`),
    ...(assumed.size > 0
      ? [`assumed, since no page of the vendor could be read: ${[...assumed].sort().join(', ')}`]
      : []),
    ...[...missing].sort().map((item) => `no price for ${item}: not counted`),
    ...[...unknown].sort().map(([type, count]) => `no rule for ${type} (${count}): not counted`),
    'not counted: support, tax, free tiers, discounts, requests to KMS and Secrets Manager, traffic between zones',
  ]
}
