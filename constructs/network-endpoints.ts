import { VpcEndpoint } from '@cdktf/provider-aws/lib/vpc-endpoint/index.js'
import { Construct } from 'constructs'
import { Connections } from './connections.ts'
import type { Network } from './network.ts'
import { Surroundings } from './surroundings.ts'
import { type Transform, transform } from './transform.ts'

/** What Fargate needs to start a task without the internet; S3 holds the layers of images. */
const INTERFACES = ['ecr.api', 'ecr.dkr', 'logs', 'secretsmanager'] as const

export interface NetworkEndpointsProps {
  readonly name: string
  readonly network: Network
  /** Changes to inner resources. @default none */
  readonly transform?: Transform<NetworkEndpoints>
}

/** The AWS services that tasks need, reachable within the network. */
export class NetworkEndpoints extends Construct {
  readonly connections: Connections
  readonly interfaces: readonly VpcEndpoint[]
  readonly s3: VpcEndpoint

  constructor(scope: Construct, id: string, props: NetworkEndpointsProps) {
    super(scope, id)
    const { name, network } = props
    const { region } = Surroundings.of(this)
    const { vpcId } = network
    this.connections = new Connections(this, 'connections', {
      name: `${name}-endpoints`,
      description: 'AWS services within the network',
      vpcId,
      ports: [443],
    })
    this.connections.allowFrom({ as: 'network', cidr: network.cidr })
    this.interfaces = INTERFACES.map((service) => {
      return new VpcEndpoint(this, service.replace('.', '-'), {
        vpcId,
        serviceName: `com.amazonaws.${region}.${service}`,
        vpcEndpointType: 'Interface',
        privateDnsEnabled: true,
        subnetIds: [...network.privateSubnetIds],
        securityGroupIds: [this.connections.securityGroupId],
        tags: { Name: `${name}-${service}` },
      })
    })
    this.s3 = new VpcEndpoint(this, 's3', {
      vpcId,
      serviceName: `com.amazonaws.${region}.s3`,
      vpcEndpointType: 'Gateway',
      routeTableIds: [...network.privateRouteTableIds],
      tags: { Name: `${name}-s3` },
    })
    transform(this, props.transform)
  }
}
