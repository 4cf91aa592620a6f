import { DEFAULT_GROUP, type ResourceValue } from '../../model/resource.ts'
import { newWriteId } from '../admin-api/write-id.ts'
import type { ConfigurationStore, ReadView } from '../configuration-store.ts'
import { timesAfter } from './group-call.ts'

/** Gateway groups that a deployment's configuration names, by their ids. */
export type DeclaredGroupSettings = Readonly<Record<string, { readonly labels: Readonly<Record<string, string>> }>>

export interface DeclaredGroupsOptions {
  /** As the control plane itself may use it. */
  readonly store: ConfigurationStore
  readonly declared: DeclaredGroupSettings
}

const LOOK_EVERY = 1_000
const WRITING = new Set(['active', 'solo'])

/**
 * Sees to it that the groups which are declared are there: the control plane that writes creates those that are not,
 * one that was deleted included. What is there is left as it is, whatever has become of it.
 */
export class DeclaredGroups {
  readonly #options: DeclaredGroupsOptions
  readonly #timer: NodeJS.Timeout | undefined
  #isBusy = false

  constructor(options: DeclaredGroupsOptions) {
    this.#options = options
    const isNeeded = Object.keys(options.declared).some((group) => group !== DEFAULT_GROUP)
    if (isNeeded) this.#timer = setInterval(() => void this.look(), LOOK_EVERY)
  }

  close(): void {
    clearInterval(this.#timer)
  }

  async look(): Promise<void> {
    const { store } = this.#options
    if (this.#isBusy || !WRITING.has(store.state().role)) return
    this.#isBusy = true
    try {
      if (this.#missing(store.read()).length === 0) return
      await store.write(newWriteId(), (head) => {
        const missing = this.#missing(head)
        for (const [id, value] of missing) head.put('gateway_groups', id, { ...value, ...timesAfter(undefined) })
        return { status: 200, body: { created: missing.map(([id]) => id) } }
      })
    } catch {
      // Whoever may not write now tries again at the next look.
    } finally {
      this.#isBusy = false
    }
  }

  #missing(view: ReadView): [string, ResourceValue][] {
    return Object.entries(this.#options.declared).flatMap(([id, { labels }]): [string, ResourceValue][] => {
      if (id === DEFAULT_GROUP || view.get('gateway_groups', id)) return []
      return [[id, { id, name: id, labels }]]
    })
  }
}
