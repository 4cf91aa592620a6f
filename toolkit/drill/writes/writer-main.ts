import type { Write } from '../measure/observations.ts'
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
  /** Every write goes to every region, each of which answers for itself. */
  readonly independent: boolean
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
  // A drill that has let go already knows the rest from the ledger.
  const tell = (write: Write) => process.connected && process.send?.(write, undefined, undefined, () => {})
  const clients = order.independent
    ? order.regions.map((region) => new IndependentClient([region], region.name, ledger, tell, true))
    : [new IndependentClient(order.regions, order.first, ledger, tell)]
  const stop = openLoop(order.start, order.perSecond, (number) => {
    // Where every region writes, none should refuse.
    const challenge = !order.independent && number % CHALLENGE_EVERY === CHALLENGE_EVERY - 1
    for (const client of clients) void (challenge ? client.challenge(number) : client.write(number))
  })
  process.once('message', () => {
    stop()
    const waiting = setInterval(() => {
      if (clients.some(({ open }) => open > 0)) return
      clearInterval(waiting)
      ledger.close()
      process.disconnect?.()
    }, 20)
  })
})
process.once('disconnect', () => process.exit(0))
process.send?.(READY)
process.on('SIGINT', () => {})
