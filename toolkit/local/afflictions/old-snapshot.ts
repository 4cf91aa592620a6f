import { setTimeout as sleep } from 'node:timers/promises'
import { AntipodeError } from '../../../runtime/model/errors.ts'
import { databaseOf, type Ground, type Remedy } from './remedy.ts'

/** Milliseconds for which publishing goes on once something newer is there, so that whoever looks has seen it. */
const HEAD_START = 2_500
/** Milliseconds in which something newer than the copy must have been published. */
const PATIENCE = 15_000

/**
 * The database is copied, and once something newer has been published the copy takes its place, as where a backup was
 * restored. The newest files lie beside it and come back.
 */
export const oldSnapshot: Remedy<'old-snapshot'> = {
  async inflict(ground, { region }) {
    const database = databaseOf(ground.foundation, region)
    await database.keepCopy()
    try {
      await somethingNewer(ground, region)
    } catch (error) {
      await database.dropCopy()
      throw error
    }
    await ground.kill('control-plane')
    await ground.parts.whileChangingDatabase(() => database.returnToCopy())
    await ground.start('control-plane')
  },
  async relieve(ground, { region }) {
    const database = databaseOf(ground.foundation, region)
    await database.dropCopy()
    if (!database.hasNewest) return
    await ground.kill('control-plane')
    await ground.parts.whileChangingDatabase(() => database.returnToNewest())
    await ground.start('control-plane')
  },
}

async function somethingNewer({ parts }: Ground, region: string): Promise<unknown> {
  const before = (await parts.state())?.revision
  const deadline = performance.now() + PATIENCE
  while (performance.now() < deadline) {
    const now = (await parts.state())?.revision
    if (before !== undefined && now !== undefined && now > before) return sleep(HEAD_START)
    await sleep(100)
  }
  const reason = `nothing was published in ${region}, so no snapshot of it would be old; publish something meanwhile`
  throw new AntipodeError('USAGE', { reason })
}
