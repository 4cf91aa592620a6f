import type { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js'
import type { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js'
import type { LbTargetGroupHealthCheck } from '@cdktf/provider-aws/lib/lb-target-group/index.js'
import { Route53Record } from '@cdktf/provider-aws/lib/route53-record/index.js'
import type { Construct } from 'constructs'
import { DATABASE_AUTHORITIES } from '../runtime/image/layout.ts'
import { type AutomaticFailoverProps, automaticFailoverConfig, witnessStatements } from './automatic-failover.ts'
import type { Connections } from './connections.ts'
import {
  ADMIN_PORT,
  ControlPlanes,
  ExistingControlPlanes,
  type ExistingControlPlanesProps,
  SYNC_PORT,
} from './control-planes.ts'
import type { FallbackStore } from './fallback-store.ts'
import { FargateService } from './fargate-service.ts'
import { grant } from './grant.ts'
import { refuseProps } from './invalid-prop.ts'
import type { Network } from './network.ts'
import { NetworkLoadBalancer } from './network-load-balancer.ts'
import { POSTGRES_PORT, POSTGRES_USER } from './postgres.ts'
import { callersProblems, wholeNumberProblem } from './prop-rules.ts'
import { STATE_FOLDER, variable } from './runtime-container.ts'
import { type ServiceSize, serviceProblems, sizeOf } from './service-size.ts'
import { Surroundings } from './surroundings.ts'
import { type Transform, transform } from './transform.ts'

const ALIVE_PATH = '/antipode/region'
/** The variable that holds it; the runtime reads it itself, so that its configuration never does. */
const KEYRING = 'ANTIPODE_KEYRING'

export interface ControlPlaneServiceProps extends ServiceSize {
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
  /**
   * JSON secrets `{ certificate, key, authority }` and `{ certificate, key }`, the Admin API's key, and the key that wraps
   * what the database is sealed with: without it nothing is sealed.
   */
  readonly secretArns: {
    readonly identity: string
    readonly authority: string
    readonly adminKey: string
    readonly keyring?: string
  }
  /** The database of the region, or of the region that it confirms. */
  readonly database: {
    readonly address: string
    readonly passwordSecretArn: string
    /** Opened for these control planes. @default none: whoever made the database lets them in */
    readonly connections?: Connections
  }
  /** The control planes of the region that confirms, or that is confirmed. @default none */
  readonly peer?: { readonly region: string; readonly name: string; readonly cidr: string }
  /** Creates the history in a database that is empty. @default false */
  readonly initialWriter?: boolean
  /** @default 'confirmed' with a peer, else 'local' */
  readonly commit?: 'confirmed' | 'local'
  /** Seconds. @default 3 */
  readonly lease?: number
  /** What they do without an operator. A witness in a bucket of AWS is one that they may use. @default nothing */
  readonly automaticFailover?: AutomaticFailoverProps
  /** Where they leave their configuration for data planes that find none of them. @default nowhere */
  readonly fallback?: FallbackStore
  /** Gateway groups that there are, by id, with their labels. @default `default` alone, and what is made by the API */
  readonly gatewayGroups?: Readonly<Record<string, { readonly labels: Readonly<Record<string, string>> }>>
  /** Ranges that may call the Admin API. @default the region's own network */
  readonly adminCidrs?: readonly string[]
  /**
   * Ranges outside AWS whose data planes call the sync listener over the internet, with mutual TLS as everybody. They
   * get a balancer of its own, since one cannot face both ways.
   * @default none: nothing of a control plane faces the internet
   */
  readonly outsideCidrs?: readonly string[]
  /** Makes the balancer known as this name in the private zone. @default none */
  readonly dns?: { readonly zoneId: string; readonly name: string }
  /** Changes to inner resources. @default none */
  readonly transform?: Transform<ControlPlaneService>
}

/**
 * The control planes of one region, reachable within its network and from its peer's. Their balancer passes bytes
 * through, so that mutual TLS holds from end to end. A leader is chosen among them through the database.
 */
export class ControlPlaneService extends ControlPlanes {
  readonly balancer: NetworkLoadBalancer
  /** Only where there are `outsideCidrs`. */
  readonly publicBalancer: NetworkLoadBalancer | undefined
  readonly fargate: FargateService
  readonly record: Route53Record | undefined
  /** Only where their witness is in a bucket of AWS. */
  readonly witnessPolicy: IamRolePolicy | undefined
  /** Only where there is a `fallback`. */
  readonly fallbackPolicy: IamRolePolicy | undefined
  readonly address: string
  protected readonly adminKeyArn: string
  protected readonly keyArn: string

  /** Uses control planes that somebody else runs. */
  static fromExisting(scope: Construct, id: string, props: ExistingControlPlanesProps): ControlPlanes {
    return new ExistingControlPlanes(scope, id, props)
  }

  constructor(scope: Construct, id: string, props: ControlPlaneServiceProps) {
    super(scope, id)
    const { name, network, secretArns, database, peer, dns } = props
    refuseProps(this, {
      ...serviceProblems(this, props),
      lease: wholeNumberProblem(props.lease ?? 3, 1),
      ...callersProblems('adminCidrs', props.adminCidrs),
      ...callersProblems('outsideCidrs', props.outsideCidrs),
    })
    this.keyArn = props.keyArn
    this.adminKeyArn = secretArns.adminKey
    this.balancer = new NetworkLoadBalancer(this, 'balancer', {
      name,
      network,
      internetFacing: false,
      ports: [SYNC_PORT],
    })
    const every = { interval: 10, healthyThreshold: 2, unhealthyThreshold: 2 }
    // Mutual TLS is not for a balancer to speak, and a process that hangs still takes connections: so another port is
    // asked, where any answer, also that a key is missing, is a sign of life.
    const healthCheck = { ...every, protocol: 'HTTP', port: `${ADMIN_PORT}`, path: ALIVE_PATH, matcher: '200-499' }
    const listen = (listener: string, port: number, prefix: string) =>
      this.balancer.addListener(listener, { port, targetPort: port, prefix, healthCheck })
    listen('sync', SYNC_PORT, 'sync')
    listen('admin', ADMIN_PORT, 'admin')
    const adminCidrs = props.adminCidrs ?? [network.cidr]
    this.balancer.connections.allowFrom({ as: 'network', cidr: network.cidr }, SYNC_PORT)
    adminCidrs.forEach((cidr, index) => {
      this.balancer.connections.allowFrom({ as: `admin-${index}`, cidr }, ADMIN_PORT)
    })
    if (peer) this.balancer.connections.allowFrom({ as: peer.region, cidr: peer.cidr }, SYNC_PORT)

    this.publicBalancer = this.#openToOutside(props, { ...every, protocol: 'TCP' })

    this.fargate = new FargateService(this, 'fargate', {
      ...sizeOf(props),
      name,
      network,
      balancer: this.balancer,
      ...(this.publicBalancer && { moreBalancers: [{ balancer: this.publicBalancer, ports: [SYNC_PORT] }] }),
      keyArn: props.keyArn,
      ...(props.repositoryArn && { repositoryArn: props.repositoryArn }),
      container: {
        name: 'control-plane',
        image: props.image,
        ports: [SYNC_PORT, ADMIN_PORT],
        config: configuration(props, adminCidrs),
        secrets: {
          ANTIPODE_CERTIFICATE: { arn: secretArns.identity, key: 'certificate' },
          ANTIPODE_KEY: { arn: secretArns.identity, key: 'key' },
          ANTIPODE_TRUSTED: { arn: secretArns.identity, key: 'authority' },
          ANTIPODE_AUTHORITY: { arn: secretArns.authority, key: 'certificate' },
          ANTIPODE_AUTHORITY_KEY: { arn: secretArns.authority, key: 'key' },
          ANTIPODE_ADMIN_KEY: { arn: secretArns.adminKey },
          ...(secretArns.keyring && { [KEYRING]: { arn: secretArns.keyring } }),
          ANTIPODE_DATABASE_PASSWORD: { arn: database.passwordSecretArn },
        },
      },
    })
    if (props.automaticFailover?.witness) {
      const statements = witnessStatements(props.automaticFailover, Surroundings.of(this).partition)
      if (statements.length > 0) this.witnessPolicy = grant(this, this, 'witness', ...statements)
    }
    this.fallbackPolicy = props.fallback && grant(this, this, 'fallback', ...props.fallback.writeStatements)
    const { connections } = this.fargate
    // Images, secrets and logs are fetched over TLS by the task's own network interface.
    connections.allowTo({ as: 'aws-services', cidr: '0.0.0.0/0' }, 443)
    if (database.connections) connections.connectTo({ connections: database.connections })
    // Those that do not lead follow the one that does, and pass on to it what reaches them.
    connections.connectTo(this.fargate, SYNC_PORT)
    if (peer) connections.allowTo({ as: peer.region, cidr: peer.cidr }, SYNC_PORT)
    if (dns) {
      const { balancer } = this.balancer
      this.record = new Route53Record(this, 'record', {
        zoneId: dns.zoneId,
        name: dns.name,
        type: 'A',
        alias: { name: balancer.dnsName, zoneId: balancer.zoneId, evaluateTargetHealth: false },
      })
    }
    this.address = dns?.name ?? this.balancer.dnsName
    transform(this, props.transform)
  }

  #openToOutside(
    { name, network, outsideCidrs = [] }: ControlPlaneServiceProps,
    healthCheck: LbTargetGroupHealthCheck,
  ): NetworkLoadBalancer | undefined {
    if (outsideCidrs.length === 0) return undefined
    const balancer = new NetworkLoadBalancer(this, 'public-balancer', {
      name: `${name}-public`,
      network,
      internetFacing: true,
      ports: [SYNC_PORT],
    })
    balancer.addListener('sync', { port: SYNC_PORT, targetPort: SYNC_PORT, prefix: 'open', healthCheck })
    for (const [index, cidr] of outsideCidrs.entries()) balancer.connections.allowFrom({ as: `outside-${index}`, cidr })
    return balancer
  }

  /** Who may call the balancer; without ports, `allowFrom` opens the one for data planes and peers. */
  get connections(): Connections {
    return this.balancer.connections
  }

  /** What the control planes may do at AWS: ask their witness and fill their fallback, and no more until it is granted. */
  get role(): IamRole {
    return this.fargate.role
  }
}

function configuration(props: ControlPlaneServiceProps, adminCidrs: readonly string[]): object {
  const { region, regionIndex, database, peer, initialWriter = false, lease = 3 } = props
  const password = variable('ANTIPODE_DATABASE_PASSWORD')
  return {
    deployment: {
      role: 'control_plane',
      admin: {
        admin_key_required: true,
        admin_key: [{ name: 'admin', key: variable('ANTIPODE_ADMIN_KEY'), role: 'admin' }],
        admin_listen: { ip: '0.0.0.0', port: ADMIN_PORT },
        allow_admin: adminCidrs,
      },
      certs: {
        cert: variable('ANTIPODE_CERTIFICATE'),
        cert_key: variable('ANTIPODE_KEY'),
        trusted_ca_cert: variable('ANTIPODE_TRUSTED'),
      },
    },
    antipode: {
      region,
      region_index: regionIndex,
      state_dir: STATE_FOLDER,
      database:
        `postgres://${POSTGRES_USER}:${password}@${database.address}:${POSTGRES_PORT}/${POSTGRES_USER}` +
        `?sslmode=verify-full&sslrootcert=${DATABASE_AUTHORITIES}`,
      sync_listen: { ip: '0.0.0.0', port: SYNC_PORT },
      ...(props.dns && { sync_address: `https://${props.dns.name}:${SYNC_PORT}` }),
      authority: { cert: variable('ANTIPODE_AUTHORITY'), key: variable('ANTIPODE_AUTHORITY_KEY') },
      ...(props.secretArns.keyring && { keyring: { keys: [{ env: KEYRING }] } }),
      ...(peer && {
        peer: {
          region: peer.region,
          host: `https://${peer.name}:${SYNC_PORT}`,
          admin: `http://${peer.name}:${ADMIN_PORT}`,
        },
      }),
      initial_writer: initialWriter,
      commit: props.commit ?? (peer ? 'confirmed' : 'local'),
      lease,
      ...(props.automaticFailover && { automatic_failover: automaticFailoverConfig(props.automaticFailover) }),
      ...(props.fallback && { fallback: props.fallback.config }),
      ...(props.gatewayGroups && { gateway_groups: props.gatewayGroups }),
    },
  }
}
