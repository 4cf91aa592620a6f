// Generated from the schema of the provider by `node provider/bindings/main.ts`.
import type { IResolvable, TerraformMetaArguments } from 'cdktf'
import type { Construct } from 'constructs'
import { GatewayResource } from './gateway-resource.ts'
import type { AuthConfigFields } from './nested-fields.ts'

export interface SecretConfig extends TerraformMetaArguments {
  /** One of `vault`, `aws`, `gcp`. */
  readonly manager: string
  /** What references call it, after the manager. */
  readonly name: string
  /**
   * The id of the gateway group that it belongs to. Another one means another resource.
   *
   * @default the `gateway_group` of the provider
   */
  readonly gatewayGroup?: string
  /** Address of Vault. */
  readonly uri?: string
  /** Path of the KV engine. */
  readonly prefix?: string
  /** Token of Vault. Write-only: it is sent to the control plane and kept in no plan and no state. */
  readonly tokenWo?: string
  /** Any number; another one says that `token_wo` has changed and is to be sent again. */
  readonly tokenWoVersion?: number
  /** Namespace of Vault Enterprise. */
  readonly namespace?: string
  /** Id of an access key of AWS. */
  readonly accessKeyId?: string
  /** The access key. Write-only: it is sent to the control plane and kept in no plan and no state. */
  readonly secretAccessKeyWo?: string
  /** Any number; another one says that `secret_access_key_wo` has changed and is to be sent again. */
  readonly secretAccessKeyWoVersion?: number
  /** Session of temporary keys. Write-only: it is sent to the control plane and kept in no plan and no state. */
  readonly sessionTokenWo?: string
  /** Any number; another one says that `session_token_wo` has changed and is to be sent again. */
  readonly sessionTokenWoVersion?: number
  /**
   * Region of AWS.
   *
   * @default `"us-east-1"`
   */
  readonly region?: string
  /** Address of Secrets Manager, where it is not that of AWS. */
  readonly endpointUrl?: string
  /** Key of a service account; this or auth_file. */
  readonly authConfig?: AuthConfigFields
  /**
   * Check the certificate of Google.
   *
   * @default `true`
   */
  readonly sslVerify?: boolean | IResolvable
  /** File with the key of a service account; this or auth_config. */
  readonly authFile?: string
}

/** How values of the form `$secret://<manager>/<name>/…` are fetched: from HashiCorp Vault, AWS Secrets Manager or Google Secret Manager. */
export class Secret extends GatewayResource {
  static readonly tfResourceType = 'antipode_secret'

  constructor(scope: Construct, id: string, config: SecretConfig) {
    super(scope, id, 'antipode_secret', config)
  }

  get id(): string {
    return this.getStringAttribute('id')
  }

  get manager(): string {
    return this.getStringAttribute('manager')
  }

  get name(): string {
    return this.getStringAttribute('name')
  }

  get gatewayGroup(): string {
    return this.getStringAttribute('gateway_group')
  }

  get uri(): string {
    return this.getStringAttribute('uri')
  }

  get prefix(): string {
    return this.getStringAttribute('prefix')
  }

  get namespace(): string {
    return this.getStringAttribute('namespace')
  }

  get accessKeyId(): string {
    return this.getStringAttribute('access_key_id')
  }

  get region(): string {
    return this.getStringAttribute('region')
  }

  get endpointUrl(): string {
    return this.getStringAttribute('endpoint_url')
  }

  get authFile(): string {
    return this.getStringAttribute('auth_file')
  }
}
