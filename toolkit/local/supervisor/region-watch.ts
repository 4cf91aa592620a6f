import type { Durability, RegionState } from '../../../runtime/model/region-state.ts'
import { askRegionState } from './region-questions.ts'

export interface WatchedRegion {
  readonly name: string
  readonly admin: string
  readonly adminKey: string | null
}

/** What the control planes of a topology say, put together. */
export interface ObservedWriter {
  /** The region that holds the newest epoch; undefined while none says so. */
  readonly writer: string | undefined
  readonly durability: Durability | undefined
}

const INTERVAL = 500
const WRITING = new Set(['active', 'frozen', 'draining', 'solo'])

/**
 * Follows which region writes. A writer changes by what control planes agree among themselves, so the supervisor,
 * which only started them, has to ask.
 */
export class RegionWatch {
  readonly #regions: readonly WatchedRegion[]
  readonly #onChange: (observed: ObservedWriter) => void
  #timer: NodeJS.Timeout | undefined
  #closed = false
  #observed: ObservedWriter = { writer: undefined, durability: undefined }

  constructor(regions: readonly WatchedRegion[], onChange: (observed: ObservedWriter) => void) {
    this.#regions = regions
    this.#onChange = onChange
  }

  get observed(): ObservedWriter {
    return this.#observed
  }

  /** Asks every control plane once. */
  async look(): Promise<readonly (RegionState | undefined)[]> {
    const states = await Promise.all(this.#regions.map(({ admin, adminKey }) => askRegionState(admin, adminKey)))
    const writing = states.filter((state) => state !== undefined && WRITING.has(state.role)) as RegionState[]
    const newest = writing.sort((a, b) => b.epoch - a.epoch)[0]
    const observed = newest ? { writer: newest.region, durability: newest.durability } : this.#observed
    if (observed.writer !== this.#observed.writer || observed.durability !== this.#observed.durability) {
      this.#observed = observed
      if (!this.#closed) this.#onChange(observed)
    }
    return states
  }

  start(): void {
    this.#timer = setTimeout(async () => {
      await this.look()
      if (!this.#closed) this.start()
    }, INTERVAL)
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
  }
}
