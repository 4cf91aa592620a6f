import { type Link, type LinkState, PARTS, type Part } from '../local-topology.ts'
import { LinkCondition } from './link-condition.ts'
import { type Endpoint, LinkForwarder } from './link-forwarder.ts'
import { LinkRule } from './link-rule.ts'

/** One end of a way. */
export interface End {
  readonly region: string
  readonly part: Part
}

interface Way {
  readonly from: End
  readonly to: End
  readonly forwarder: LinkForwarder
}

/**
 * The ways between parts: between regions database streaming and calls to a control plane's sync listener, and, where
 * asked for, those inside a region. Each direction of each obeys the rules that were set for the two regions and for
 * the two parts, so that everything which passes between two places can be cut, delayed or lost at once, either way or
 * one way, while clients still reach both.
 */
export class RegionLinks {
  readonly #rules = new Map<string, LinkRule>()
  readonly #ways: Way[] = []
  readonly #regions: readonly string[]
  readonly #random: () => number

  constructor(regions: readonly string[], random: () => number = Math.random) {
    this.#regions = regions
    this.#random = random
  }

  /** Opens a way from a part to where another listens. @param at the address of this machine where it begins */
  async open(from: End, to: End, target: Endpoint, at = '127.0.0.1'): Promise<Endpoint> {
    const forwarder = new LinkForwarder(target, this.#condition(from, to), this.#condition(to, from))
    this.#ways.push({ from, to, forwarder })
    return forwarder.listen(at)
  }

  /**
   * Breaks every connection of a part, as its side or the other opened it. What was under way is gone, as it is with a
   * region that loses its power; a delay would otherwise let the dead go on speaking for as long.
   */
  drop(region: string, part: Part): void {
    const isEnd = (end: End) => end.region === region && end.part === part
    for (const { from, to, forwarder } of this.#ways) if (isEnd(from) || isEnd(to)) forwarder.breakConnections()
  }

  /** Leads the way from one part to another to `target` instead, or without one to where it led first. */
  detour(from: End, to: End, target: Endpoint | undefined): void {
    const same = (one: End, other: End) => one.region === other.region && one.part === other.part
    const way = this.#ways.find((candidate) => same(candidate.from, from) && same(candidate.to, to))
    if (!way) throw new RangeError(`no way leads from ${placesOf(from)[1]} to ${placesOf(to)[1]}`)
    way.forwarder.detour(target)
  }

  /** Sets what bytes meet that leave `from` for `to`; each names a region, or a part of one as `region/part`. */
  set(from: string, to: string, state: LinkState): void {
    if (!this.#joins(from, to)) throw new RangeError(`there is no link between ${from} and ${to}`)
    this.#rule(from, to).set(state)
  }

  /** Every direction between two regions, and those between parts that are not as they were. */
  list(): Link[] {
    const between = this.#regions.flatMap((from) =>
      this.#regions.filter((to) => to !== from).map((to) => ({ from, to, ...this.#rule(from, to).state })),
    )
    const touched = [...this.#rules].filter(([key, rule]) => key.includes('/') && !rule.isSound)
    return [
      ...between,
      ...touched.map(([key, { state }]) => {
        const [from = '', to = ''] = key.split('\n')
        return { from, to, ...state }
      }),
    ]
  }

  async close(): Promise<void> {
    await Promise.all(this.#ways.map(({ forwarder }) => forwarder.close()))
  }

  /** Whether something passes between two places. Two regions always are joined, be there nothing to say. */
  #joins(from: string, to: string): boolean {
    if (this.#regions.includes(from) && this.#regions.includes(to)) return from !== to
    const within = (end: End, place: string) => placesOf(end).includes(place)
    return (
      from !== to &&
      this.#ways.some(
        (way) => (within(way.from, from) && within(way.to, to)) || (within(way.from, to) && within(way.to, from)),
      )
    )
  }

  #condition(from: End, to: End): LinkCondition {
    const rules = placesOf(from).flatMap((one) =>
      placesOf(to)
        .filter((other) => other !== one)
        .map((other) => this.#rule(one, other)),
    )
    return new LinkCondition(rules, this.#random)
  }

  #rule(from: string, to: string): LinkRule {
    const key = `${from}\n${to}`
    const rule = this.#rules.get(key) ?? new LinkRule()
    this.#rules.set(key, rule)
    return rule
  }
}

function placesOf({ region, part }: End): [string, string] {
  return [region, `${region}/${part}`]
}

/** The two halves of `region/part`; the part is undefined for a whole region. */
export function readPlace(place: string): { readonly region: string; readonly part: Part | undefined } {
  const [region = '', part] = place.split('/')
  return { region, part: PARTS.find((known) => known === part) }
}
