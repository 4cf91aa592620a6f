import { AntipodeError } from '../../../runtime/model/errors.ts'
import { type LocalGslb, STALE } from '../gslb/local-gslb.ts'
import type { Ground, Remedy } from './remedy.ts'

export const dns: Remedy<'dns'> = {
  async inflict(ground, { region }) {
    gslbOf(ground).insistOn(region ?? STALE)
  },
  async relieve(ground) {
    gslbOf(ground).insistOn(undefined)
  },
}

function gslbOf({ gslb }: Ground): LocalGslb {
  if (gslb) return gslb
  throw new AntipodeError('USAGE', { reason: 'one region without a topology runs without a GSLB' })
}
