import type { Construct } from 'constructs'
import { ADMIN_PORT, EphemeralResource, gateway } from '../constructs/index.ts'
import { LayerStack, type LayerStackProps } from './layer-stack.ts'
import { regionNames } from './region-names.ts'

/**
 * Declares what gateways serve: constructs of `gateway` in `antipode/constructs`, made within the stack that is given.
 * Called once for each configuration, which is once a region where all of them write.
 */
export type Configuration = (stack: ConfigurationStack) => void

/** How Terraform reaches the control planes of a region. */
export interface AdminApiAccess {
  /** @default `http://control-plane.<region>.<topology>.internal:9180`, which is known within the regions' networks */
  readonly endpoint?: string
  /**
   * Where its key is: in the region's secret `<topology>/<region>/admin-key`, or in the environment of Terraform as
   * `ANTIPODE_TOKEN`. It is in no state either way.
   *
   * @default 'secret'
   */
  readonly key?: 'secret' | 'environment'
}

export interface ConfigurationStackProps extends LayerStackProps {
  /** Those whose control planes hold this configuration, the one that writes at first before the others. */
  readonly regions: readonly string[]
  readonly configuration: Configuration
  /** @default as `AdminApiAccess` says */
  readonly adminApi?: (region: string) => AdminApiAccess
}

/**
 * What the gateways of one configuration serve, written through the Admin API once its control planes run. Resources made
 * within it use its provider, which follows the writing region; nothing in its state changes when that one does.
 */
export class ConfigurationStack extends LayerStack {
  /** The provider of the resources, to give to those that are not made directly within the stack. */
  readonly gateway: gateway.AntipodeProvider
  /** The regions that serve this configuration. */
  readonly regions: readonly string[]

  constructor(scope: Construct, id: string, props: ConfigurationStackProps) {
    super(scope, id, props)
    const { topology, region, regions, configuration, adminApi = (): AdminApiAccess => ({}) } = props
    this.regions = regions
    const { key = 'secret' } = adminApi(region)
    this.gateway = new gateway.AntipodeProvider(this, 'antipode', {
      endpoints: regions.map((name) => adminApi(name).endpoint ?? endpointOf(topology, name)),
      ...(key === 'secret' && {
        token: this.secret('admin-key', `${regionNames(topology, region).secrets}/admin-key`),
      }),
    })
    configuration(this)
  }

  /**
   * What a secret of AWS Secrets Manager, in this stack's region, holds: for write-only arguments. Every run reads it anew,
   * and no state or plan keeps it.
   *
   * @param secretId its name or ARN
   */
  secret(id: string, secretId: string): string {
    const version = new EphemeralResource(this, id, {
      type: 'aws_secretsmanager_secret_version',
      arguments: { secret_id: secretId },
    })
    return version.attribute('secret_string')
  }
}

function endpointOf(topology: string, region: string): string {
  return `http://${regionNames(topology, region).controlPlane}:${ADMIN_PORT}`
}
