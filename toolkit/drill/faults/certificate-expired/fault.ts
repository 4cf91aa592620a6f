import type { Fault, FaultPlan } from '../fault-interface.ts'
import { loneRegionEntry, readRegion } from '../targets.ts'
import { proveCertificateExpired } from './proof.ts'
import { undoCertificateExpired } from './undo.ts'

export interface CertificateExpiredPlan extends FaultPlan {
  readonly region: string
}

/** A region's control plane identifies itself with a certificate past its end: neither peer nor data planes trust it. */
export const certificateExpired: Fault<CertificateExpiredPlan> = {
  name: 'certificate-expired',
  summary: "let the certificate of a region's control plane expire",
  fields: [],
  usage: '<region>',
  example: 'fault certificate-expired us-east-1',
  witness: 'vantage',
  fact: 'an expired certificate',

  entryOf: (words) => loneRegionEntry('certificate-expired', words),
  read(entry, regions, problem) {
    const region = readRegion('certificate-expired', entry['certificate-expired'], regions, problem)
    return region === undefined ? undefined : { fault: 'certificate-expired', region }
  },
  describe: ({ region }) => `${region}: the certificate of its control plane expired`,
  headline: ({ region }) => `the certificate of ${region}'s control plane expired`,
  reach: ({ region }) => ({ regions: [{ region, parts: ['control-plane'] }], links: [] }),
  watches: ({ region }) => ({ certificates: [region] }),
  failsHealthCheck: () => false,
  stopsWriter: (plan, region) => plan.region === region,
  inject: (topology, { region }) => topology.afflict({ kind: 'expired-certificate', region }),
  prove: proveCertificateExpired,
  undo: undoCertificateExpired,
}
