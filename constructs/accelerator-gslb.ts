import { GlobalacceleratorAccelerator } from '@cdktf/provider-aws/lib/globalaccelerator-accelerator/index.js'
import { GlobalacceleratorEndpointGroup } from '@cdktf/provider-aws/lib/globalaccelerator-endpoint-group/index.js'
import { GlobalacceleratorListener } from '@cdktf/provider-aws/lib/globalaccelerator-listener/index.js'
import { Route53Record } from '@cdktf/provider-aws/lib/route53-record/index.js'
import type { Construct } from 'constructs'
import { Gslb, type GslbProps } from './gslb.ts'
import type { PropProblems } from './invalid-prop.ts'
import { resourceName } from './resource-name.ts'
import { type Transform, transform } from './transform.ts'

export interface AcceleratorGslbProps extends GslbProps {
  /** Changes to inner resources. @default none */
  readonly transform?: Transform<AcceleratorGslb>
}

const CALLER_PORT = 443

/**
 * Global Accelerator as the global balancer: two addresses that never change and enter AWS near the caller, so that no
 * resolver's cache stands between a lost region and its callers. Which region is healthy is for its balancer's own
 * checks to say. Connections that are open stay where they are.
 *
 * A standby's dial is at 0: it gets no callers until no other region is healthy, for failing over ignores the dial. Its
 * weight is not 0: that would leave it out for good.
 */
export class AcceleratorGslb extends Gslb {
  readonly provider = 'accelerator'
  readonly accelerator: GlobalacceleratorAccelerator
  readonly listener: GlobalacceleratorListener
  /** By region. */
  readonly endpointGroups: Readonly<Record<string, GlobalacceleratorEndpointGroup>>
  readonly record: Route53Record

  constructor(scope: Construct, id: string, props: AcceleratorGslbProps) {
    super(scope, id, props, refusals(props))
    const { name, zoneId, host, policy, targets } = props
    this.accelerator = new GlobalacceleratorAccelerator(this, 'accelerator', {
      name: resourceName(64, name),
      ipAddressType: 'IPV4',
      tags: { Name: name },
    })
    this.listener = new GlobalacceleratorListener(this, 'listener', {
      acceleratorArn: this.accelerator.id,
      protocol: 'TCP',
      portRange: [{ fromPort: CALLER_PORT, toPort: CALLER_PORT }],
    })
    this.endpointGroups = Object.fromEntries(
      targets.map(({ region, role, balancerArn = '' }) => {
        const group = new GlobalacceleratorEndpointGroup(this, `group-${region}`, {
          listenerArn: this.listener.id,
          endpointGroupRegion: region,
          trafficDialPercentage: policy === 'failover' && role === 'standby' ? 0 : 100,
          endpointConfiguration: [{ endpointId: balancerArn, weight: 128, clientIpPreservationEnabled: true }],
        })
        return [region, group]
      }),
    )
    this.record = new Route53Record(this, 'record', {
      zoneId,
      name: host,
      type: 'A',
      alias: {
        name: this.accelerator.dnsName,
        zoneId: this.accelerator.hostedZoneId,
        evaluateTargetHealth: false,
      },
    })
    transform(this, props.transform)
  }
}

function refusals({ policy, targets }: AcceleratorGslbProps): PropProblems {
  const unknown = targets.flatMap(({ region, balancerArn }, index) => {
    return balancerArn ? [] : [[`targets.${index}.balancerArn`, `is missing for ${region}; name its balancer's ARN`]]
  })
  return {
    policy:
      policy !== 'failover' &&
      policy !== 'latency' &&
      `'${policy}' is nothing an accelerator does; use 'latency' or 'failover'`,
    ...Object.fromEntries(unknown),
  }
}
