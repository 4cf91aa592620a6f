import { DataAwsEc2ManagedPrefixList } from '@cdktf/provider-aws/lib/data-aws-ec2-managed-prefix-list/index.js'
import type { Ec2ManagedPrefixList } from '@cdktf/provider-aws/lib/ec2-managed-prefix-list/index.js'
import type { EcsService } from '@cdktf/provider-aws/lib/ecs-service/index.js'
import type { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js'
import type { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js'
import type { Construct } from 'constructs'
import type { HealthCheck } from '../topology/index.ts'
import type { AccessLogStore } from './access-log-store.ts'
import { cloudflareNetworks } from './cloudflare-networks.ts'
import type { Connections } from './connections.ts'
import type { FallbackStore } from './fallback-store.ts'
import { FargateService } from './fargate-service.ts'
import { CALLER_PORT, ExistingGateways, type ExistingGatewaysProps, Gateways } from './gateways.ts'
import { grant } from './grant.ts'
import { refuseProps } from './invalid-prop.ts'
import type { Network } from './network.ts'
import { NetworkLoadBalancer } from './network-load-balancer.ts'
import { STATE_FOLDER, variable } from './runtime-container.ts'
import { type ServiceSize, serviceProblems, sizeOf } from './service-size.ts'
import { Surroundings } from './surroundings.ts'
import { type Transform, transform } from './transform.ts'

/** Where the gateway takes calls behind the balancer. */
export const GATEWAY_PORT = 9080
/** Where a gateway says whether it is ready. */
export const STATUS_PORT = 7085
export const READY_PATH = '/status/ready'

export interface DataPlaneServiceProps extends ServiceSize {
  readonly name: string
  readonly region: string
  /** The region's permanent index, 1 to 63. */
  readonly regionIndex: number
  readonly network: Network
  readonly image: string
  /** @default none: the image is public */
  readonly repositoryArn?: string
  /** ARN of the key of the region. */
  readonly keyArn: string
  /** Whose configuration is served, and what proves who asks for it. */
  readonly controlPlane: {
    /** Control planes of one history, the region's own first: `https://…:7943`. */
    readonly urls: readonly string[]
    /** ARN of the JSON secret `{ certificate, key, authority }`. */
    readonly credentials: string
  }
  /** The gateway group whose configuration these serve. @default 'default' */
  readonly group?: string
  /** Where those that are new find a configuration while no control plane answers. @default nowhere */
  readonly fallback?: FallbackStore
  /** ARN, in this region, of the certificate that callers see. Callers speak TLS, or they do not speak. */
  readonly certificateArn: string
  /** Takes calls from anywhere; else from its own network, until `connections.allowFrom` says more. @default true */
  readonly internetFacing?: boolean
  /** Where the balancer notes who called. @default none */
  readonly accessLogs?: AccessLogStore
  /** How the balancer finds out that a gateway is gone: 5 s to 300 s, 2 to 10 times. @default every 10 s, twice */
  readonly health?: HealthCheck
  /** Lets health checkers, and only them, ask whether the region is ready. @default internetFacing */
  readonly healthChecked?: boolean
  /**
   * Cloudflare checks the region's health, in the place of Route 53. `proxied`: calls pass through it, and nobody else
   * may call. `networks`: where it calls from, @default those it has published since 2021.
   * @default none
   */
  readonly cloudflare?: { readonly proxied: boolean; readonly networks?: readonly string[] }
  /** Changes to inner resources. @default none */
  readonly transform?: Transform<DataPlaneService>
}

/**
 * The gateways of one region: a balancer that ends TLS for callers, and tasks that serve them and go on serving
 * without their control plane.
 */
export class DataPlaneService extends Gateways {
  readonly balancer: NetworkLoadBalancer
  readonly fargate: FargateService
  /** Only where there is a `fallback`. */
  readonly fallbackPolicy: IamRolePolicy | undefined
  /** Where Route 53 checks from. */
  readonly healthCheckers: DataAwsEc2ManagedPrefixList | undefined
  /** Where Cloudflare checks, and calls, from. */
  readonly cloudflareNetworks: Ec2ManagedPrefixList | undefined

  /** Uses gateways that somebody else runs. */
  static fromExisting(scope: Construct, id: string, props: ExistingGatewaysProps): Gateways {
    return new ExistingGateways(scope, id, props)
  }

  constructor(scope: Construct, id: string, props: DataPlaneServiceProps) {
    super(scope, id)
    const { name, network, controlPlane, internetFacing = true, healthChecked = internetFacing } = props
    refuseProps(this, {
      ...serviceProblems(this, props),
      'controlPlane.urls':
        controlPlane.urls.length === 0 && 'is empty; name the control planes to follow, the region’s own first',
    })
    this.balancer = new NetworkLoadBalancer(this, 'balancer', {
      name,
      network,
      internetFacing,
      ports: [CALLER_PORT],
      ...(props.accessLogs && { accessLogs: props.accessLogs }),
    })
    const interval = props.health?.interval.seconds ?? 10
    const healthCheck = {
      protocol: 'HTTP',
      port: `${STATUS_PORT}`,
      path: READY_PATH,
      matcher: '200',
      interval,
      // Shorter than the interval, or the balancer refuses it.
      timeout: Math.min(5, interval - 1),
      healthyThreshold: 2,
      unhealthyThreshold: props.health?.threshold ?? 2,
    }
    this.balancer.addListener('gateway', {
      port: CALLER_PORT,
      targetPort: GATEWAY_PORT,
      prefix: 'gate',
      certificateArn: props.certificateArn,
      healthCheck,
    })
    this.cloudflareNetworks = props.cloudflare && cloudflareNetworks(this, name, props.cloudflare.networks)
    const byCloudflare = this.cloudflareNetworks && { as: 'cloudflare', prefixListId: this.cloudflareNetworks.id }
    const callers = { as: 'callers', cidr: internetFacing ? '0.0.0.0/0' : network.cidr }
    this.balancer.connections.allowFrom(props.cloudflare?.proxied && byCloudflare ? byCloudflare : callers)
    if (healthChecked) {
      this.balancer.addListener('ready', { port: STATUS_PORT, targetPort: STATUS_PORT, prefix: 'ready', healthCheck })
      this.healthCheckers = byCloudflare
        ? undefined
        : new DataAwsEc2ManagedPrefixList(this, 'health-checkers', {
            name: `com.amazonaws.${Surroundings.of(this).region}.route53-healthchecks`,
          })
      const checkers = { as: 'health-checkers', prefixListId: this.healthCheckers?.id ?? '' }
      this.balancer.connections.allowFrom(byCloudflare ?? checkers, STATUS_PORT)
    }
    this.fargate = new FargateService(this, 'fargate', {
      ...sizeOf(props),
      name,
      network,
      balancer: this.balancer,
      keyArn: props.keyArn,
      ...(props.repositoryArn && { repositoryArn: props.repositoryArn }),
      container: {
        name: 'data-plane',
        image: props.image,
        ports: [GATEWAY_PORT, STATUS_PORT],
        config: configuration(props),
        secrets: {
          ANTIPODE_CERTIFICATE: { arn: controlPlane.credentials, key: 'certificate' },
          ANTIPODE_KEY: { arn: controlPlane.credentials, key: 'key' },
          ANTIPODE_TRUSTED: { arn: controlPlane.credentials, key: 'authority' },
        },
      },
    })
    this.fallbackPolicy = props.fallback && grant(this, this, 'fallback', ...props.fallback.readStatements)
    this.fargate.connections.allowToAnywhere()
    transform(this, props.transform)
  }

  /** Who may call the balancer. */
  get connections(): Connections {
    return this.balancer.connections
  }

  get address(): string {
    return this.balancer.dnsName
  }

  get balancerArn(): string {
    return this.balancer.arn
  }

  /** What the gateways may do at AWS: nothing but read their fallback, until somebody grants it. */
  get role(): IamRole {
    return this.fargate.role
  }

  get service(): EcsService {
    return this.fargate.service
  }
}

function configuration(props: DataPlaneServiceProps): object {
  const { region, regionIndex, controlPlane, group = 'default', fallback } = props
  return {
    apisix: {
      node_listen: [{ ip: '0.0.0.0', port: GATEWAY_PORT }],
      status: { ip: '0.0.0.0', port: STATUS_PORT },
    },
    deployment: {
      role: 'data_plane',
      role_data_plane: { control_plane: { host: controlPlane.urls } },
      certs: {
        cert: variable('ANTIPODE_CERTIFICATE'),
        cert_key: variable('ANTIPODE_KEY'),
        trusted_ca_cert: variable('ANTIPODE_TRUSTED'),
      },
    },
    antipode: {
      ...{ region, region_index: regionIndex, gateway_group: group, cache_dir: `${STATE_FOLDER}/cache` },
      ...(fallback && { fallback: fallback.config }),
    },
  }
}
