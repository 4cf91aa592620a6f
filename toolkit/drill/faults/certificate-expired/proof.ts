import type { Observations } from '../../measure/observations.ts'
import type { Proof } from '../fault-interface.ts'
import { proveFrom } from '../seen-from.ts'
import type { CertificateExpiredPlan } from './fault.ts'

/** The sync listener shows each witness a certificate whose end is past, and showed one that was good before. */
export function proveCertificateExpired(
  { region }: CertificateExpiredPlan,
  seen: Observations,
  witnesses: readonly string[],
  since: number,
): Proof {
  return proveFrom(witnesses, (vantage) => {
    const shown = seen.certificates.filter((sample) => sample.vantage === vantage && sample.region === region)
    const good = shown.some(({ ended, expired }) => ended < since && !expired)
    const bad = shown.find(({ sent, expired }) => sent >= since && expired)
    return good && bad ? bad.ended : null
  })
}
