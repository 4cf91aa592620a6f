import type { TaggedText, Witness } from '../../../runtime/control-plane/replication/automatic/witness.ts'

/** One object in memory, with what happens to those that are far away. */
export class MemoryWitness implements Witness {
  readonly place = 'memory'
  found: TaggedText | undefined
  isAway = false
  /** Done by somebody else between a look and the replacement that follows from it. */
  meanwhile: (() => void) | undefined
  #tags = 0

  async read(): Promise<TaggedText | undefined> {
    if (this.isAway) throw new Error('is away')
    return this.found
  }

  async replace(text: string, before: string | undefined): Promise<boolean> {
    if (this.isAway) throw new Error('is away')
    this.meanwhile?.()
    if (this.found?.tag !== before) return false
    this.put(text)
    return true
  }

  put(text: string): void {
    this.#tags += 1
    this.found = { text, tag: `"${this.#tags}"` }
  }

  close(): void {}
}
