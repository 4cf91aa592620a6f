import { VpcEndpoint } from '@cdktf/provider-aws/lib/vpc-endpoint/index.js'
import { Construct } from 'constructs'
import { Connections } from './connections.ts'
import type { Network } from './network.ts'
import { policyDocument } from './policy-document.ts'
import { Surroundings } from './surroundings.ts'
import { type Transform, transform } from './transform.ts'

const PULL = ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'] as const

/** What Fargate needs to start a task without the internet; S3 holds the layers of images. */
const INTERFACES = {
  'ecr.api': [...PULL, 'ecr:GetAuthorizationToken'],
  'ecr.dkr': PULL,
  logs: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  secretsmanager: ['secretsmanager:GetSecretValue'],
} as const

export interface NetworkEndpointsProps {
  readonly name: string
  /** Whose private subnets and tables lead to the services. */
  readonly network: Network
  /** Changes to inner resources. @default none */
  readonly transform?: Transform<NetworkEndpoints>
}

/**
 * The AWS services that tasks need, reachable within the network: for what tasks do there and for roles of this account,
 * so that nothing leaves by way of somebody else's bucket or registry.
 */
export class NetworkEndpoints extends Construct {
  readonly connections: Connections
  readonly interfaces: readonly VpcEndpoint[]
  readonly s3: VpcEndpoint

  constructor(scope: Construct, id: string, props: NetworkEndpointsProps) {
    super(scope, id)
    const { name, network } = props
    const { region, account, partition } = Surroundings.of(this)
    const { vpcId } = network
    this.connections = new Connections(this, 'connections', {
      name: `${name}-endpoints`,
      description: 'AWS services within the network',
      vpcId,
      ports: [443],
    })
    this.connections.allowFrom({ as: 'network', cidr: network.cidr })
    this.interfaces = Object.entries(INTERFACES).map(([service, actions]) => {
      return new VpcEndpoint(this, service.replace('.', '-'), {
        vpcId,
        serviceName: `com.amazonaws.${region}.${service}`,
        vpcEndpointType: 'Interface',
        privateDnsEnabled: true,
        subnetIds: [...network.privateSubnetIds],
        securityGroupIds: [this.connections.securityGroupId],
        policy: policyDocument({
          sid: 'RolesOfThisAccount',
          principals: { AWS: '*' },
          actions,
          resources: ['*'],
          conditions: { StringEquals: { 'aws:PrincipalAccount': account } },
        }),
        tags: { Name: `${name}-${service}` },
      })
    })
    this.s3 = new VpcEndpoint(this, 's3', {
      vpcId,
      serviceName: `com.amazonaws.${region}.s3`,
      vpcEndpointType: 'Gateway',
      routeTableIds: [...network.privateRouteTableIds],
      policy: policyDocument({
        sid: 'LayersOfImages',
        principals: { AWS: '*' },
        actions: ['s3:GetObject'],
        // Where ECR itself keeps the layers of every repository of the region.
        resources: [`arn:${partition}:s3:::prod-${region}-starport-layer-bucket/*`],
      }),
      tags: { Name: `${name}-s3` },
    })
    transform(this, props.transform)
  }
}
