import { AwsProvider } from '@cdktf/provider-aws/lib/provider/index.js'
import { AcceleratorGslb } from '../../../constructs/index.ts'
import { type Block, resources, type SynthesisedStack } from '../../stacks/synthesise.ts'
import { describeGslb } from './suite.ts'

describeGslb({
  name: 'accelerator',
  policies: ['failover', 'latency'],
  refusal: /\.policy: '(weighted|geolocation)' is nothing an accelerator does; use 'latency' or 'failover'/,
  kind: 'anycast',
  ttlExplained: 'an accelerator’s addresses never change',
  checkExplained: 'each region’s balancer decides by its own checks',
  shortest: { ttl: 1, interval: 10 },
  prepare: (stack) => {
    new AwsProvider(stack, 'aws', { region: 'us-east-1' })
  },
  make: (stack, id, { name, host, policy, targets }) =>
    new AcceleratorGslb(stack, id, { name: `${name}-${policy}`, zoneId: 'Z1', host, policy, targets }),
  offers: (stack, host) =>
    groups(stack, host).map((group) => ({
      identifier: String(group.endpoint_group_region),
      region: String(group.endpoint_group_region),
      balancer: String((group.endpoint_configuration as Block[])[0]?.endpoint_id),
      kind: 'anycast',
      ttl: undefined,
      check: undefined,
    })),
  // Callers enter at the nearest group whose dial lets them in; failing over ignores the dial, but not weights of 0;
  // where none is healthy, callers go where they would go else.
  answered: (stack, host, lost) => {
    const weighty = groups(stack, host).filter((group) => (group.endpoint_configuration as Block[])[0]?.weight !== 0)
    const dialled = weighty.filter((group) => group.traffic_dial_percentage !== 0)
    const isUp = (group: Block): boolean => !lost.has(String(group.endpoint_group_region))
    const chosen = [dialled.filter(isUp), weighty.filter(isUp), dialled].find((some) => some.length > 0) ?? []
    return new Map(chosen.map((group) => [String(group.endpoint_group_region), 1 / chosen.length]))
  },
})

/** The groups of the accelerator that the host's record leads to. */
function groups(stack: SynthesisedStack, host: string): Block[] {
  const record = Object.values(resources(stack, 'aws_route53_record')).find(({ name }) => name === host)
  const accelerator = named('aws_globalaccelerator_accelerator', (record?.alias as Block | undefined)?.name)
  const listeners = Object.entries(resources(stack, 'aws_globalaccelerator_listener'))
  const listener = listeners.find(([, { accelerator_arn: arn }]) => {
    return named('aws_globalaccelerator_accelerator', arn) === accelerator
  })?.[0]
  return Object.values(resources(stack, 'aws_globalaccelerator_endpoint_group')).filter(({ listener_arn: arn }) => {
    return named('aws_globalaccelerator_listener', arn) === listener
  })
}

function named(type: string, reference: unknown): string | undefined {
  return new RegExp(`^\\$\\{${type}\\.([^.]+)\\.`).exec(`${reference}`)?.[1]
}
