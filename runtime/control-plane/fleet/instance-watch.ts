import type { InstanceState } from '../../model/region-state.ts'
import type { RegionControlPlane } from '../replication/region-control-plane.ts'
import type { FleetLimits } from './fleet-limits.ts'
import { InstanceLog } from './instance-log.ts'

export interface InstanceWatchOptions {
  readonly control: Pick<RegionControlPlane, 'feed' | 'state' | 'tellFleet'>
  readonly limits: FleetLimits
}

const LOOK_EVERY = 1_000
/** A thousand instances that come at once are told of a few times, and not a thousand times. Milliseconds. */
const GATHER = 200

/**
 * Keeps the log of instances where this control plane leads its region; elsewhere it tells the leader soon what has
 * become of those that it serves.
 */
export class InstanceWatch {
  readonly log: InstanceLog
  readonly #control: InstanceWatchOptions['control']
  readonly #timer: NodeJS.Timeout
  #due: NodeJS.Timeout | undefined

  constructor({ control, limits }: InstanceWatchOptions) {
    this.#control = control
    this.log = new InstanceLog(limits)
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY)
  }

  /** Something has become of an instance, here or at another control plane. */
  due(): void {
    if (this.#due) return
    this.#due = setTimeout(() => {
      this.#due = undefined
      this.#look()
      this.#control.tellFleet()
    }, GATHER)
  }

  close(): void {
    clearInterval(this.#timer)
    clearTimeout(this.#due)
  }

  #look(): void {
    if (!this.#control.feed) {
      this.log.clear()
      return
    }
    const { instances, peerInstances } = this.#control.state()
    const newest = new Map<string, InstanceState>()
    for (const instance of [...instances, ...peerInstances]) {
      const known = newest.get(instance.id)
      if (!known || known.lastSeen < instance.lastSeen) newest.set(instance.id, instance)
    }
    this.log.observe([...newest.values()])
  }
}
