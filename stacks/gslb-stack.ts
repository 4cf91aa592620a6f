import { TerraformOutput } from 'cdktf'
import type { Construct } from 'constructs'
import {
  AcceleratorGslb,
  FailoverRunbook,
  type FailoverSwitch,
  type Gslb,
  type GslbTarget,
  InvertedCheckSwitch,
  postgresIdentifier,
  Route53Gslb,
  RoutingControlSwitch,
  Surroundings,
} from '../constructs/index.ts'
import { recoveryBound, type Topology } from '../topology/index.ts'
import { LayerStack, type LayerStackProps } from './layer-stack.ts'
import { regionNames } from './region-names.ts'

export interface GslbStackProps extends LayerStackProps {
  readonly described: Topology
  readonly zoneId: string
  readonly targets: readonly GslbTarget[]
}

/**
 * The records that send callers to a region, and the checks that decide. It reads every region's state, and nobody
 * needs to apply it when a region is lost: records and checks act by themselves.
 */
export class GslbStack extends LayerStack {
  readonly failoverSwitch: FailoverSwitch | undefined
  readonly gslb: Gslb
  readonly runbook: FailoverRunbook

  constructor(scope: Construct, id: string, props: GslbStackProps) {
    super(scope, id, props)
    const { described, zoneId, targets } = props
    this.failoverSwitch = this.#switch(described)
    const { provider, policy, ttl, health } = described.gslb
    const common = { name: described.name, zoneId, host: described.host, policy, targets }
    this.gslb =
      provider === 'accelerator'
        ? new AcceleratorGslb(this, 'gslb', common)
        : new Route53Gslb(this, 'gslb', {
            ...common,
            ttl,
            health,
            ...(this.failoverSwitch && { failoverSwitch: this.failoverSwitch }),
          })
    new TerraformOutput(this, 'recovery-bound', {
      value: recoveryBound(described).arithmetic,
      description: 'The longest that callers of a lost region wait',
    })
    const byRegion = (name: (region: string) => string) =>
      Object.fromEntries(Object.keys(described.regions).map((region) => [region, name(region)]))
    this.runbook = new FailoverRunbook(this, 'runbook', {
      topology: described,
      databases: byRegion((region) => {
        const { base } = regionNames(described.name, region)
        const identifier = postgresIdentifier(base, described.regions[region]?.database.generation ?? 1)
        if (described.database.kind === 'instance') return identifier
        return Surroundings.of(this).arn('rds', `cluster:${identifier}`, region)
      }),
      controlPlanes: byRegion((region) => regionNames(described.name, region).controlPlane),
    })
  }

  #switch({ name, regions, gslb }: Topology): FailoverSwitch | undefined {
    const { kind, url } = gslb.switch
    const props = { name, regions: Object.keys(regions) }
    if (kind === 'inverted-check') return new InvertedCheckSwitch(this, 'switch', { ...props, url: url ?? '' })
    if (kind === 'none') return undefined
    const thrown = new RoutingControlSwitch(this, 'switch', props)
    new TerraformOutput(this, 'routing-controls', {
      value: Object.fromEntries(Object.entries(thrown.routingControls).map(([region, { arn }]) => [region, arn])),
      description: 'Turn each on after the first apply; Terraform never turns one',
    })
    return thrown
  }
}
