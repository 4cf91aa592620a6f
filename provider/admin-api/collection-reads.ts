import type { JsonObject } from '../framework/values.ts'

/** Resources of a collection by their ids, and how many there are in all. */
export interface Listed {
  readonly total: number
  readonly values: ReadonlyMap<string, JsonObject>
}

export interface CollectionSource {
  /** @returns undefined where there is no such thing */
  readOne(id: string, signal: AbortSignal): Promise<JsonObject | undefined>
  /** @param atMost how many. @returns undefined where it may not, or cannot, be listed */
  list(atMost: number | undefined, signal: AbortSignal): Promise<Listed | undefined>
}

/** As many reads go one by one: most configurations have no more of a kind. */
const SINGLY = 5
/** The longest page there is. */
const PAGE = 500
/** A call costs as much as so many resources of a list. */
const WORTH = 20
/** How long a list is as good as what is read one by one in the meantime. */
const LASTS_MS = 5_000

/**
 * Reads one collection. Terraform asks for a resource at a time, and a hundred calls take longer than all the rest of a
 * plan. Once it has asked for a few, a list answers what is asked next; where the collection is much larger than what was
 * asked for so far, it goes on one by one. What a list lacks is asked for by itself, since a token may be shown less of a
 * list than it may read.
 */
export class CollectionReads {
  readonly #source: CollectionSource
  #asked = 0
  /** Of the last list. */
  #total = 0
  #isListable = true
  #latest: Promise<Listed | undefined> | undefined

  constructor(source: CollectionSource) {
    this.#source = source
  }

  async find(id: string, signal: AbortSignal): Promise<JsonObject | undefined> {
    this.#asked += 1
    const isWorth = this.#isListable && this.#asked > SINGLY && this.#total <= Math.max(PAGE, this.#asked * WORTH)
    const listed = await (this.#latest ?? (isWorth ? this.#list(signal) : undefined))
    return listed?.values.get(id) ?? this.#source.readOne(id, signal)
  }

  /** Something in it may have changed. */
  forget(): void {
    this.#latest = undefined
  }

  #list(signal: AbortSignal): Promise<Listed | undefined> {
    const atMost = this.#total > PAGE ? undefined : PAGE
    const latest = this.#source.list(atMost, signal)
    this.#latest = latest
    const expire = () => {
      if (this.#latest === latest) this.#latest = undefined
    }
    latest.then((listed) => {
      if (listed) this.#total = listed.total
      else this.#isListable = false
      setTimeout(expire, LASTS_MS).unref()
    }, expire)
    return latest
  }
}
