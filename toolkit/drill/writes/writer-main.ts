import { READY } from '../own-process.ts'
import { openLoop } from '../traffic/open-loop.ts'
import type { AdminRegion } from './admin-region.ts'
import { IndependentClient } from './independent-client.ts'
import { WriteLedger } from './write-ledger.ts'

/** All that the writer's process is told, once. */
export interface WriterOrder {
  readonly regions: readonly AdminRegion[]
  /** The region to begin with. */
  readonly first: string
  /** Monotonic time of the first write. */
  readonly start: number
  readonly perSecond: number
  /** Path of the ledger's file. */
  readonly ledger: string
}

/** Every so many writes one goes, on purpose, to a region that should refuse it. */
const CHALLENGE_EVERY = 5

/**
 * The independent client in a process of its own. Takes its order as the first message, reports each write as it ends,
 * writes nothing more after `stop`, and disconnects when every answer is known or its parent gives up waiting.
 */
process.once('message', (order: WriterOrder) => {
  const ledger = new WriteLedger(order.ledger)
  const client = new IndependentClient(order.regions, order.first, ledger, (write) => process.send?.(write))
  const stop = openLoop(order.start, order.perSecond, (number) => {
    void (number % CHALLENGE_EVERY === CHALLENGE_EVERY - 1 ? client.challenge(number) : client.write(number))
  })
  process.once('message', () => {
    stop()
    const waiting = setInterval(() => {
      if (client.open > 0) return
      clearInterval(waiting)
      ledger.close()
      process.disconnect?.()
    }, 20)
  })
})
process.once('disconnect', () => process.exit(0))
process.send?.(READY)
process.on('SIGINT', () => {})
