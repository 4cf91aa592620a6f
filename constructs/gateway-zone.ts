import { AcmCertificate } from '@cdktf/provider-aws/lib/acm-certificate/index.js'
import { AcmCertificateValidation } from '@cdktf/provider-aws/lib/acm-certificate-validation/index.js'
import { Route53Record } from '@cdktf/provider-aws/lib/route53-record/index.js'
import { Route53Zone } from '@cdktf/provider-aws/lib/route53-zone/index.js'
import { TerraformOutput } from 'cdktf'
import { Construct } from 'constructs'

export interface GatewayZoneProps {
  /** The name callers use. */
  readonly host: string
  /** Regions that need a certificate for it. */
  readonly regions: readonly string[]
  /** A public hosted zone that exists. @default a zone is made for what follows the host's first label */
  readonly zoneId?: string
}

/**
 * The public zone of the host, and its certificate in every region, proved by one DNS record that all of them share.
 * Changes to the zone's records keep working when Route 53's own region does not: accelerated recovery is on.
 */
export class GatewayZone extends Construct {
  readonly zoneId: string
  readonly zone: Route53Zone | undefined
  readonly certificates: readonly AcmCertificate[]
  readonly validations: readonly AcmCertificateValidation[]

  constructor(scope: Construct, id: string, { host, regions, zoneId }: GatewayZoneProps) {
    super(scope, id)
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
    this.certificates = regions.map((region) => {
      return new AcmCertificate(this, `certificate-${region}`, {
        region,
        domainName: host,
        validationMethod: 'DNS',
        tags: { Name: host, Region: region },
        lifecycle: { createBeforeDestroy: true },
      })
    })
    const [first] = this.certificates
    const proof = first?.domainValidationOptions.get(0)
    const records = proof
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
    this.validations = this.certificates.map((certificate, index) => {
      const region = regions[index] ?? ''
      return new AcmCertificateValidation(this, `validation-${region}`, {
        region,
        certificateArn: certificate.arn,
        validationRecordFqdns: records.map(({ fqdn }) => fqdn),
      })
    })
  }
}
