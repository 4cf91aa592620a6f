// Generated from the schema of the provider by `node provider/bindings/main.ts`.
import type { TerraformMetaArguments } from 'cdktf'
import type { Construct } from 'constructs'
import { GatewayResource } from './gateway-resource.ts'

export interface DataPlaneCertificateConfig extends TerraformMetaArguments {
  /** The certificate request: PKCS#10 in PEM, of a key that is Ed25519, such as `openssl req -new -newkey ed25519 -nodes` makes, or ECDSA P-256 (`-newkey ec -pkeyopt ec_paramgen_curve:P-256`). The names in it do not matter. */
  readonly request: string
  /**
   * The gateway group.
   *
   * @default that of the provider
   */
  readonly group?: string
  /**
   * The region that the data planes belong to.
   *
   * @default that of the control plane
   */
  readonly region?: string
  /**
   * How long it is good, in days. At most 3650.
   *
   * @default `395`
   */
  readonly days?: number
  /**
   * How many days before its end an apply makes a new one. The old one stays good until then.
   *
   * @default `30`, and at most a third of its life
   */
  readonly renewBeforeDays?: number
  /** What it is for. Told as the reason, when it is revoked. */
  readonly description?: string
}

/** A certificate by which any number of gateways of a group identify themselves, for a key that Terraform never sees: it is issued for a certificate request. A certificate is no secret. Destroying it revokes it: with `create_before_destroy` its successor is there first. */
export class DataPlaneCertificate extends GatewayResource {
  static readonly tfResourceType = 'antipode_data_plane_certificate'

  constructor(scope: Construct, id: string, config: DataPlaneCertificateConfig) {
    super(scope, id, 'antipode_data_plane_certificate', config)
  }

  get id(): string {
    return this.getStringAttribute('id')
  }

  get request(): string {
    return this.getStringAttribute('request')
  }

  get group(): string {
    return this.getStringAttribute('group')
  }

  get region(): string {
    return this.getStringAttribute('region')
  }

  get description(): string {
    return this.getStringAttribute('description')
  }

  get credential(): string {
    return this.getStringAttribute('credential')
  }

  get expires(): string {
    return this.getStringAttribute('expires')
  }

  get certificate(): string {
    return this.getStringAttribute('certificate')
  }

  get anchors(): string {
    return this.getStringAttribute('anchors')
  }
}
