import { AntipodeError } from '../../../runtime/model/errors.ts'
import { databaseOf, type Remedy } from './remedy.ts'

/** The standby is built anew: what it missed may no longer be in its upstream's log. */
export const lostSlot: Remedy<'lost-slot'> = {
  async inflict({ foundation }, { region }) {
    const standby = databaseOf(foundation, region)
    if (!(await standby.follows())) {
      throw new AntipodeError('USAGE', { reason: `${region} streams from no other region; its slot cannot be lost` })
    }
    await databaseOf(foundation, standby.upstream!).dropSlot(region)
  },
  async relieve({ foundation, parts }, { region }) {
    const standby = databaseOf(foundation, region)
    const { upstream } = standby
    if ((await standby.follows()) !== false && upstream)
      await parts.whileChangingDatabase(() => standby.rebuild(upstream))
  },
}
