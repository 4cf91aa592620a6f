// Generated from the schema of the provider by `node provider/bindings/main.ts`.
import type { TerraformMetaArguments } from 'cdktf'
import type { Construct } from 'constructs'
import { GatewayResource } from './gateway-resource.ts'
import type { ClientFields } from './nested-fields.ts'

export interface SslConfig extends TerraformMetaArguments {
  /**
   * The id of the certificate.
   *
   * @default made from its server names, as ADC makes it
   */
  readonly id?: string
  /**
   * The id of the gateway group that it belongs to. Another one means another resource.
   *
   * @default the `gateway_group` of the provider
   */
  readonly gatewayGroup?: string
  /**
   * Server: shown to callers; client: shown to upstreams. One of `server`, `client`.
   *
   * @default `"server"`
   */
  readonly type?: string
  /** PEM of the certificate and its chain, or a reference. */
  readonly cert?: string
  /** PEM of its key, or a reference. Write-only: it is sent to the control plane and kept in no plan and no state. */
  readonly keyWo?: string
  /** Any number; another one says that `key_wo` has changed and is to be sent again. */
  readonly keyWoVersion?: number
  /** Server name that callers ask for; this or snis. */
  readonly sni?: string
  /** Server names that callers ask for; this or sni. */
  readonly snis?: readonly string[]
  /** Further certificates, of another kind of key. */
  readonly certs?: readonly string[]
  /** Their keys, in the same order. Write-only: it is sent to the control plane and kept in no plan and no state. */
  readonly keysWo?: readonly string[]
  /** Any number; another one says that `keys_wo` has changed and is to be sent again. */
  readonly keysWoVersion?: number
  /** What is asked of the certificates of callers. */
  readonly client?: ClientFields
  /**
   * Ssl status, 1 to enable, 0 to disable. One of `1`, `0`.
   *
   * @default `1`
   */
  readonly status?: number
  /** Versions of TLS that callers may use. Each one of `TLSv1.1`, `TLSv1.2`, `TLSv1.3`. */
  readonly sslProtocols?: readonly string[]
  /** What it is for. At most 256 characters. */
  readonly desc?: string
  /** Labels by their names, to tell and select by. */
  readonly labels?: Readonly<Record<string, string>>
}

/** A certificate and its key: of type `server` for the names that callers ask for, of type `client` for showing to upstreams. */
export class Ssl extends GatewayResource {
  static readonly tfResourceType = 'antipode_ssl'

  constructor(scope: Construct, id: string, config: SslConfig) {
    super(scope, id, 'antipode_ssl', config)
  }

  get id(): string {
    return this.getStringAttribute('id')
  }

  get gatewayGroup(): string {
    return this.getStringAttribute('gateway_group')
  }

  get type(): string {
    return this.getStringAttribute('type')
  }

  get cert(): string {
    return this.getStringAttribute('cert')
  }

  get sni(): string {
    return this.getStringAttribute('sni')
  }

  get desc(): string {
    return this.getStringAttribute('desc')
  }
}
