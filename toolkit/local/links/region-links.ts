import { type Link, type LinkState, PARTS, type Part } from '../local-topology.ts'
import { LinkCondition } from './link-condition.ts'
import { type Endpoint, LinkForwarder } from './link-forwarder.ts'
import { LinkRule } from './link-rule.ts'
import type { PacketFilter } from './packet-filter.ts'

/** One end of a way. */
export interface End {
  readonly region: string
  readonly part: Part
}

interface Way {
  readonly from: End
  readonly to: End
  /** Where it begins. */
  readonly at: Endpoint
  readonly there: LinkCondition
  readonly back: LinkCondition
  readonly forwarder: LinkForwarder
}

/**
 * The ways between parts: between regions database streaming and calls to a control plane's sync listener, and, where
 * asked for, those inside a region. Each direction of each obeys the rules that were set for the two regions and for
 * the two parts, so that everything which passes between two places can be cut, delayed or lost at once, either way or
 * one way, while clients still reach both.
 *
 * With a filter, packets are dropped where a part that takes a way sends and receives them, too. A cut is made in both
 * places, since a part that starts meanwhile may speak before its filter is there; a loss in one of them, and a delay
 * here alone.
 */
export class RegionLinks {
  readonly #rules = new Map<string, LinkRule>()
  readonly #ways: Way[] = []
  readonly #regions: readonly string[]
  readonly #random: () => number
  #filter: PacketFilter | undefined
  #onFailure: (failure: string) => void = () => undefined
  #filterFailure: string | undefined
  /** Parts in which the filter has rules. */
  readonly #filtered = new Set<string>()
  #settling: Promise<void> = Promise.resolve()

  constructor(regions: readonly string[], random: () => number = Math.random) {
    this.#regions = regions
    this.#random = random
  }

  /** Opens a way from a part to where another listens. @param at the address of this machine where it begins */
  async open(from: End, to: End, target: Endpoint, at = '127.0.0.1'): Promise<Endpoint> {
    const [there, back] = [this.#condition(from, to), this.#condition(to, from)]
    const forwarder = new LinkForwarder(target, there, back)
    const begin = await forwarder.listen(at)
    this.#ways.push({ from, to, at: begin, there, back, forwarder })
    return begin
  }

  /** Drops packets below the connections of parts from now on. @param onFailure told where it cannot */
  filterBy(filter: PacketFilter, onFailure: (failure: string) => void): void {
    this.#filter = filter
    this.#onFailure = onFailure
  }

  /** Where the filter could not do what was set, the last time, so that it was done here alone. */
  get filterFailure(): string | undefined {
    return this.#filterFailure
  }

  /** Resolves when the filter, where there is one, does what was set. @throws Error where it cannot be taken back */
  settle(): Promise<void> {
    return this.#inTurn(this.#ways.map(({ from }) => from))
  }

  /** A part began or ended, and whatever was filtered in it is gone with what it was. */
  renew(part: End): Promise<void> {
    this.#filtered.delete(placesOf(part)[1])
    for (const { there, back } of this.#waysFrom(part)) {
      there.isThinnedBelow = false
      back.isThinnedBelow = false
    }
    return this.#inTurn([part])
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
    const way = this.#waysFrom(from).find((known) => known.to.region === to.region && known.to.part === to.part)
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

  /** One change after the other, each with what is true when its turn comes. */
  #inTurn(parts: readonly End[]): Promise<void> {
    const byPlace = new Map(parts.map((part) => [placesOf(part)[1], part]))
    const done = this.#settling.then(async () => {
      await Promise.all([...byPlace].map(([place, part]) => this.#filterAt(place, part)))
    })
    this.#settling = done.catch(() => undefined)
    return done
  }

  async #filterAt(place: string, part: End): Promise<void> {
    const ways = this.#waysFrom(part)
    const touched = ways.filter(({ there, back }) => [there, back].some(({ cut, loss }) => cut || loss > 0))
    if (!this.#filter || (touched.length === 0 && !this.#filtered.has(place))) return
    const rules = touched.map(({ at, there, back }) => ({ at, out: there, back }))
    const applied = await this.#filter.apply(part, rules).catch((error: Error) => {
      if (touched.length === 0) throw error
      this.#filterFailure = `${place}: ${error.message}`
      this.#onFailure(this.#filterFailure)
      return false
    })
    if (applied && touched.length > 0) this.#filtered.add(place)
    else if (touched.length === 0) this.#filtered.delete(place)
    for (const { there, back } of ways) {
      there.isThinnedBelow = applied
      back.isThinnedBelow = applied
    }
  }

  #waysFrom({ region, part }: End): Way[] {
    return this.#ways.filter(({ from }) => from.region === region && from.part === part)
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
