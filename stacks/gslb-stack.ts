import { TerraformOutput } from 'cdktf'
import type { Construct } from 'constructs'
import { FailoverRunbook, type GslbTarget, postgresIdentifier, Route53Gslb } from '../constructs/index.ts'
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
  readonly gslb: Route53Gslb
  readonly runbook: FailoverRunbook

  constructor(scope: Construct, id: string, props: GslbStackProps) {
    super(scope, id, props)
    const { described, zoneId, targets } = props
    const { policy, ttl, health } = described.gslb
    this.gslb = new Route53Gslb(this, 'gslb', {
      name: described.name,
      zoneId,
      host: described.host,
      policy,
      ttl,
      health,
      targets,
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
        return postgresIdentifier(base, described.regions[region]?.database.generation ?? 1)
      }),
      controlPlanes: byRegion((region) => regionNames(described.name, region).controlPlane),
    })
  }
}
