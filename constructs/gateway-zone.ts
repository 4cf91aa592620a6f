import type { AcmCertificate } from '@cdktf/provider-aws/lib/acm-certificate/index.js'
import type { AcmCertificateValidation } from '@cdktf/provider-aws/lib/acm-certificate-validation/index.js'
import { Route53Record } from '@cdktf/provider-aws/lib/route53-record/index.js'
import { Route53Zone } from '@cdktf/provider-aws/lib/route53-zone/index.js'
import { TerraformOutput } from 'cdktf'
import { Construct } from 'constructs'
import { awaitCertificates, requestCertificates } from './host-certificates.ts'
import { type Transform, transform } from './transform.ts'

export interface GatewayZoneProps {
  /** The name callers use. */
  readonly host: string
  /** Regions that need a certificate for it. */
  readonly regions: readonly string[]
  /** A public hosted zone that exists. @default a zone is made for what follows the host's first label */
  readonly zoneId?: string
  /** Changes to inner resources. @default none */
  readonly transform?: Transform<GatewayZone>
}

/**
 * The public zone of the host, and its certificate in every region, proved by one DNS record that all of them share.
 * Changes to the zone's records keep working when Route 53's own region does not: accelerated recovery is on.
 */
export class GatewayZone extends Construct {
  readonly zoneId: string
  readonly zone: Route53Zone | undefined
  readonly certificates: readonly AcmCertificate[]
  /** What proves the certificates; one, since all are for one name. */
  readonly proofs: readonly Route53Record[]
  readonly validations: readonly AcmCertificateValidation[]

  constructor(scope: Construct, id: string, props: GatewayZoneProps) {
    super(scope, id)
    const { host, regions, zoneId } = props
    this.zone = zoneId
      ? undefined
      : new Route53Zone(this, 'zone', { name: host.slice(host.indexOf('.') + 1), enableAcceleratedRecovery: true })
    this.zoneId = zoneId ?? this.zone?.zoneId ?? ''
    if (this.zone) {
      new TerraformOutput(this, 'name-servers', {
        value: this.zone.nameServers,
        description: 'Delegate the zone to these; certificates are issued once that is done',
      })
    }
    this.certificates = requestCertificates(this, host, regions)
    const [first] = this.certificates
    const proof = first?.domainValidationOptions.get(0)
    this.proofs = proof
      ? [
          new Route53Record(this, 'proof', {
            zoneId: this.zoneId,
            name: proof.resourceRecordName,
            type: proof.resourceRecordType,
            records: [proof.resourceRecordValue],
            ttl: 300,
            allowOverwrite: true,
          }),
        ]
      : []
    const names = this.proofs.map(({ fqdn }) => fqdn)
    this.validations = awaitCertificates(this, this.certificates, regions, names)
    transform(this, props.transform)
  }
}
