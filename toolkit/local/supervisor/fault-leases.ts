import type { FaultUndo } from '../local-topology.ts'

/**
 * Leases on faults: each carries what takes its fault back. When a lease is neither renewed nor released in time, its
 * holder is taken for dead and the undo is carried out here.
 */
export class FaultLeases {
  readonly #leases = new Map<string, NodeJS.Timeout>()
  readonly #undo: (id: string, undo: readonly FaultUndo[]) => Promise<void>

  constructor(undo: (id: string, undo: readonly FaultUndo[]) => Promise<void>) {
    this.#undo = undo
  }

  /** Begins a lease, or renews it with a new term and a new undo. */
  grant(id: string, seconds: number, undo: readonly FaultUndo[]): void {
    this.release(id)
    const expire = (): void => {
      this.#leases.delete(id)
      void this.#undo(id, undo)
    }
    this.#leases.set(id, setTimeout(expire, seconds * 1000))
  }

  release(id: string): void {
    clearTimeout(this.#leases.get(id))
    this.#leases.delete(id)
  }

  close(): void {
    for (const id of [...this.#leases.keys()]) this.release(id)
  }
}
