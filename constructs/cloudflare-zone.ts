import type { AcmCertificate } from '@cdktf/provider-aws/lib/acm-certificate/index.js'
import type { AcmCertificateValidation } from '@cdktf/provider-aws/lib/acm-certificate-validation/index.js'
import type { DnsRecord } from '@cdktf/provider-cloudflare/lib/dns-record/index.js'
import { Fn } from 'cdktf'
import { Construct } from 'constructs'
import { cloudflare } from './cloudflare-package.ts'
import { awaitCertificates, requestCertificates } from './host-certificates.ts'
import { type Transform, transform } from './transform.ts'

export interface CloudflareZoneProps {
  /** The name callers use. */
  readonly host: string
  /** Regions that need a certificate for it. */
  readonly regions: readonly string[]
  /** Id of the zone at Cloudflare that the host is in. */
  readonly zoneId: string
  /** Changes to inner resources. @default none */
  readonly transform?: Transform<CloudflareZone>
}

/**
 * The certificate of a host in every region, where Cloudflare holds its zone: proved by one DNS record there. No zone is
 * made; the record stays, since certificates are renewed by it.
 */
export class CloudflareZone extends Construct {
  readonly zoneId: string
  readonly certificates: readonly AcmCertificate[]
  /** What proves the certificates; one, since all are for one name. */
  readonly proofs: readonly DnsRecord[]
  readonly validations: readonly AcmCertificateValidation[]

  constructor(scope: Construct, id: string, { host, regions, zoneId, ...props }: CloudflareZoneProps) {
    super(scope, id)
    this.zoneId = zoneId
    this.certificates = requestCertificates(this, host, regions)
    const proof = this.certificates[0]?.domainValidationOptions.get(0)
    const { DnsRecord } = cloudflare('dns-record')
    // ACM ends names with a dot, which Cloudflare takes off: left on, every plan would find a change.
    const named = (name: string) => Fn.trimsuffix(name, '.')
    this.proofs = proof
      ? [
          new DnsRecord(this, 'proof', {
            zoneId,
            name: named(proof.resourceRecordName),
            type: proof.resourceRecordType,
            content: named(proof.resourceRecordValue),
            ttl: 300,
            proxied: false,
            comment: `Proves to AWS whose ${host} is`,
          }),
        ]
      : []
    const names = this.proofs.map(({ name }) => name)
    this.validations = awaitCertificates(this, this.certificates, regions, names)
    transform(this, props.transform)
  }
}
