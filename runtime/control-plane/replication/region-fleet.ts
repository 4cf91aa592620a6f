import type { InstanceState } from '../../model/region-state.ts'

const FORWARD_EVERY = 5_000

export interface RegionFleetOptions {
  /** The instances that this control plane serves itself. */
  readonly own: () => readonly InstanceState[]
  /** Those that members of the region have told of. */
  readonly members: () => readonly InstanceState[]
  /** Tells the writer, whose peer this region is; undefined where there is nobody to tell. */
  readonly tellWriter: () => ((instances: readonly InstanceState[]) => void) | undefined
  /** Whether the other region, which told of its own, can still be heard. */
  readonly hearsPeer: () => boolean
  readonly onChange: () => void
}

/** The gateway instances of a region, and those that its standby, which cannot keep them itself, has told of. */
export class RegionFleet {
  readonly #options: RegionFleetOptions
  readonly #timer: NodeJS.Timeout
  #peer: readonly InstanceState[] = []

  constructor(options: RegionFleetOptions) {
    this.#options = options
    this.#timer = setInterval(() => this.forward(), FORWARD_EVERY)
  }

  /** Every instance of the region once, as whoever heard of it last knows it. */
  instances(): InstanceState[] {
    const all = [...this.#options.own(), ...this.#options.members()]
    const newestLast = all.sort((a, b) => (a.lastSeen < b.lastSeen ? -1 : 1))
    return [...new Map(newestLast.map((instance) => [instance.id, instance])).values()]
  }

  get peerInstances(): readonly InstanceState[] {
    return this.#peer
  }

  hearPeer(instances: readonly InstanceState[]): void {
    this.#peer = instances
    this.#options.onChange()
  }

  /** A standby's database cannot keep its fleet, so its writer is told. */
  forward(): void {
    const tell = this.#options.tellWriter()
    if (tell) tell(this.instances())
    else if (!this.#options.hearsPeer()) this.#peer = []
  }

  close(): void {
    clearInterval(this.#timer)
  }
}
