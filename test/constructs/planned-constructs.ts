import { AwsProvider } from '@cdktf/provider-aws/lib/provider/index.js'
import { TerraformStack } from 'cdktf'
import { Construct } from 'constructs'
import {
  AcceleratorGslb,
  CloudflareGslb,
  InvertedCheckSwitch,
  PostgresGlobal,
  PostgresGlobalMember,
  PostgresPrimary,
  PostgresReplica,
  RegionNetwork,
  Route53Gslb,
  RoutingControlSwitch,
} from '../../constructs/index.ts'
import { useCloudflare } from '../../stacks/cloudflare-provider.ts'
import { seconds } from '../../topology/index.ts'
import { type SynthesisedStack, synthesiseStack } from '../stacks/synthesise.ts'

/** Props as a case writes them: data, with words for what is a construct of its own. */
export type WrittenProps = Readonly<Record<string, unknown>>

interface PlannedConstruct {
  /** The interfaces that declare its props; what they extend is listed as well. */
  readonly interfaces: readonly string[]
  readonly base: WrittenProps
  make(scope: Construct, props: WrittenProps): Construct
}

const key = (id: string): string => `arn:aws:kms:us-east-1:123456789012:key/${id}`
const POSTGRES = { name: 'payments-us-east-1', version: 17, network: 'one', keyArn: key('one') }
const GSLB = {
  name: 'payments',
  zoneId: 'Z1',
  host: 'api.payments.example',
  policy: 'failover',
  targets: [
    { region: 'us-east-1', role: 'primary', address: 'east.lb.example', balancerArn: 'arn:aws:elb:east' },
    { region: 'us-west-2', role: 'standby', address: 'west.lb.example', balancerArn: 'arn:aws:elb:west' },
  ],
}

/** The constructs that every prop has a case for, with the props that cases change. */
export const PLANNED: Readonly<Record<string, PlannedConstruct>> = {
  PostgresPrimary: {
    interfaces: ['PostgresProps', 'PostgresPrimaryProps'],
    base: { ...POSTGRES, passwordSecret: 'payments/database' },
    make: (scope, props) => new PostgresPrimary(scope, 'database', withNetwork(scope, props)),
  },
  PostgresReplica: {
    interfaces: ['PostgresProps', 'PostgresReplicaProps'],
    base: { ...POSTGRES, sourceArn: 'arn:aws:rds:us-west-2:123456789012:db:payments-us-west-2-g1' },
    make: (scope, props) => new PostgresReplica(scope, 'database', withNetwork(scope, props)),
  },
  PostgresGlobalMember: {
    interfaces: ['PostgresProps', 'PostgresGlobalMemberProps'],
    base: { ...POSTGRES, globalIdentifier: 'payments', origin: { passwordSecret: 'payments/database' } },
    make: (scope, props) => new PostgresGlobalMember(scope, 'database', withNetwork(scope, props)),
  },
  PostgresGlobal: {
    interfaces: ['PostgresGlobalProps'],
    base: { identifier: 'payments', version: 17 },
    make: (scope, props) => new PostgresGlobal(scope, 'database', as(props)),
  },
  RegionNetwork: {
    interfaces: ['RegionNetworkProps'],
    base: { name: 'payments-us-east-1', cidr: '10.10.0.0/16', zones: ['us-east-1a', 'us-east-1b'] },
    make: (scope, props) => new RegionNetwork(scope, 'network', as(props)),
  },
  Route53Gslb: {
    interfaces: ['GslbProps', 'Route53GslbProps'],
    base: { ...GSLB, ttl: 10, health: { interval: 10, threshold: 2 } },
    make: (scope, { failoverSwitch, ...props }) => {
      return new Route53Gslb(scope, 'gslb', as({ ...props, ...measured(props), ...withSwitch(scope, failoverSwitch) }))
    },
  },
  AcceleratorGslb: {
    interfaces: ['GslbProps', 'AcceleratorGslbProps'],
    base: GSLB,
    make: (scope, props) => new AcceleratorGslb(scope, 'gslb', as(props)),
  },
  CloudflareGslb: {
    interfaces: ['GslbProps', 'CloudflareGslbProps'],
    base: { ...GSLB, accountId: 'account-1', ttl: 30, health: { interval: 60, threshold: 2 } },
    make: (scope, props) => new CloudflareGslb(scope, 'gslb', as({ ...props, ...measured(props) })),
  },
}

/** One stack with a construct a case, each under the name of its case. */
export function stackOfCases(
  cases: readonly { readonly name: string; readonly construct: string; readonly props: WrittenProps }[],
): SynthesisedStack {
  return synthesiseStack((app) => {
    const stack = new TerraformStack(app, 'cases')
    const aws = new AwsProvider(stack, 'aws', { region: 'us-east-1' })
    aws.addOverride('region', 'us-east-1')
    stack.addOverride('terraform.required_providers.aws', { source: 'hashicorp/aws', version: '~> 6.25' })
    if (cases.some(({ construct }) => construct === 'CloudflareGslb')) useCloudflare(stack)
    for (const { name, construct, props } of cases) plannedConstruct(construct).make(new Construct(stack, name), props)
    return stack
  })
}

export function plannedConstruct(name: string): PlannedConstruct {
  const found = PLANNED[name]
  if (!found) throw new Error(`${name} is none of ${Object.keys(PLANNED).join(', ')}`)
  return found
}

/** Cases are data; what is no prop of the construct is refused by the test that counts props. */
function as<T>(props: WrittenProps): T {
  return props as T
}

function withNetwork<T>(scope: Construct, { network, ...props }: WrittenProps): T {
  const existing = RegionNetwork.fromExisting(scope, 'network', {
    vpcId: `vpc-${network}`,
    cidr: '10.10.0.0/16',
    privateSubnetIds: [`subnet-${network}-a`, `subnet-${network}-b`],
  })
  return as({ ...props, network: existing })
}

/** Seconds as durations. */
function measured({ ttl, health }: WrittenProps): WrittenProps {
  const { interval, threshold } = health as { interval: number; threshold: number }
  return { ttl: seconds(Number(ttl)), health: { interval: seconds(interval), threshold } }
}

function withSwitch(scope: Construct, kind: unknown): WrittenProps {
  const props = { name: 'payments', regions: ['us-east-1', 'us-west-2'] }
  if (kind === undefined || kind === null) return {}
  if (kind === 'routing-control') return { failoverSwitch: new RoutingControlSwitch(scope, 'switch', props) }
  return { failoverSwitch: new InvertedCheckSwitch(scope, 'switch', { ...props, url: `${kind}` }) }
}
