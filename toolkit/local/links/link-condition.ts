import type { LinkRule } from './link-rule.ts'

/** What one segment of a connection carries on most paths. */
const SEGMENT_BYTES = 1448
/** Milliseconds after which TCP sends a lost segment again, and doubles with each further loss of the same one. */
const RETRANSMISSION = 200
/** The same for a connection that is being opened (RFC 6298). */
const RETRANSMISSION_OF_FIRST = 1_000
const MOST_LOSSES_IN_A_ROW = 6

/**
 * What one direction of a way between two processes is like now, by every rule that holds for it: those of the two
 * regions, and those of the parts. Shared by every connection that takes it.
 */
export class LinkCondition {
  readonly #rules: readonly LinkRule[]
  readonly #random: () => number
  /** Losses are made below the connections, where their packets are dropped; see PacketFilter. */
  isThinnedBelow = false

  constructor(rules: readonly LinkRule[], random: () => number = Math.random) {
    this.#rules = rules
    this.#random = random
  }

  get cut(): boolean {
    return this.#rules.some(({ state }) => state.cut)
  }

  /** Share of the segments that are lost, 0 to 1. */
  get loss(): number {
    return 1 - this.#rules.reduce((kept, { state }) => kept * (1 - state.loss), 1)
  }

  /** Milliseconds. */
  get delay(): number {
    return this.#rules.reduce((sum, { state }) => sum + state.delay, 0)
  }

  /**
   * How much later than without loss these bytes are there. TCP delivers in order and sends again what was lost, so to
   * an application a lossy path is one that stalls.
   */
  stall(bytes: number): number {
    return this.#retransmissions(Math.ceil(bytes / SEGMENT_BYTES), RETRANSMISSION)
  }

  /** The same for the segment that opens a connection. */
  stallOfFirst(): number {
    return this.#retransmissions(1, RETRANSMISSION_OF_FIRST)
  }

  /** Calls `listener` after every change, until the function it answers with is called. */
  onChange(listener: () => void): () => void {
    const forget = this.#rules.map((rule) => rule.onChange(listener))
    return () => {
      for (const stop of forget) stop()
    }
  }

  #retransmissions(segments: number, first: number): number {
    const { loss } = this
    if (loss === 0 || this.isThinnedBelow) return 0
    // What is lost of one flight is sent again together.
    let lost = 1 - (1 - loss) ** Math.max(1, segments)
    let stall = 0
    for (let count = 0; count < MOST_LOSSES_IN_A_ROW && this.#random() < lost; count++) {
      stall += first * 2 ** count
      lost = loss
    }
    return stall
  }
}
