import { AcmCertificate } from '@cdktf/provider-aws/lib/acm-certificate/index.js'
import { AcmCertificateValidation } from '@cdktf/provider-aws/lib/acm-certificate-validation/index.js'
import type { Construct } from 'constructs'

/** A certificate for the host in every region. One DNS record proves all of them, since all are for one name. */
export function requestCertificates(scope: Construct, host: string, regions: readonly string[]): AcmCertificate[] {
  return regions.map((region) => {
    return new AcmCertificate(scope, `certificate-${region}`, {
      region,
      domainName: host,
      validationMethod: 'DNS',
      tags: { Name: host, Region: region },
      lifecycle: { createBeforeDestroy: true },
    })
  })
}

/** Waits until the certificates are issued, which they are once the record is there. */
export function awaitCertificates(
  scope: Construct,
  certificates: readonly AcmCertificate[],
  regions: readonly string[],
  proofs: readonly string[],
): AcmCertificateValidation[] {
  return certificates.map((certificate, index) => {
    const region = regions[index] ?? ''
    return new AcmCertificateValidation(scope, `validation-${region}`, {
      region,
      certificateArn: certificate.arn,
      validationRecordFqdns: [...proofs],
    })
  })
}
