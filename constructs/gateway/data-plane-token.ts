// Generated from the schema of the provider by `node provider/bindings/main.ts`.
import type { TerraformMetaArguments } from 'cdktf'
import type { Construct } from 'constructs'
import { GatewayResource } from './gateway-resource.ts'

export interface DataPlaneTokenConfig extends TerraformMetaArguments {
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
   * The account that it belongs to.
   *
   * @default `default`
   */
  readonly account?: string
  /**
   * Where the reports of its data planes go.
   *
   * @default the name of the group
   */
  readonly index?: string
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

/** A token by which gateways identify themselves where no certificate can be had: how long it is good, and that it is revoked when it is destroyed. The token itself is in no state: the ephemeral resource of the same name gives it, in every run that needs it, for the `id` and `expires` of this one. */
export class DataPlaneToken extends GatewayResource {
  static readonly tfResourceType = 'antipode_data_plane_token'

  constructor(scope: Construct, id: string, config: DataPlaneTokenConfig) {
    super(scope, id, 'antipode_data_plane_token', config)
  }

  get id(): string {
    return this.getStringAttribute('id')
  }

  get group(): string {
    return this.getStringAttribute('group')
  }

  get region(): string {
    return this.getStringAttribute('region')
  }

  get account(): string {
    return this.getStringAttribute('account')
  }

  get index(): string {
    return this.getStringAttribute('index')
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
}
