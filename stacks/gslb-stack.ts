import { TerraformOutput, Token } from 'cdktf'
import type { Construct } from 'constructs'
import {
  AcceleratorGslb,
  CloudflareGslb,
  DrillUndoRole,
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
import { useCloudflare } from './cloudflare-provider.ts'
import { deploymentOf } from './deployment.ts'
import { LayerStack, type LayerStackProps } from './layer-stack.ts'
import { regionNames } from './region-names.ts'

export interface GslbStackProps extends LayerStackProps {
  readonly described: Topology
  readonly zoneId: string
  readonly targets: readonly GslbTarget[]
  /** Clusters that have a host of their own, by name. */
  readonly clusters: Readonly<Record<string, { readonly host: string; readonly targets: readonly GslbTarget[] }>>
  /** Of the regions that live drills may touch. @default none */
  readonly networkAcls?: Readonly<Record<string, string>>
}

/**
 * The records that send callers to a region, and the checks that decide. It reads every region's state, and nobody
 * needs to apply it when a region is lost: records and checks act by themselves.
 */
export class GslbStack extends LayerStack {
  readonly failoverSwitch: FailoverSwitch | undefined
  readonly gslb: Gslb
  /** By cluster. */
  readonly clusters: Readonly<Record<string, Gslb>>
  readonly runbook: FailoverRunbook
  /** Only where live drills are asked for. */
  readonly drillUndoRole: DrillUndoRole | undefined
  #cloudflare: ReturnType<typeof useCloudflare> | undefined

  constructor(scope: Construct, id: string, props: GslbStackProps) {
    super(scope, id, props)
    const { described } = props
    this.failoverSwitch = this.#switch(described)
    this.gslb = this.#gslb('gslb', described.name, described.host, props)
    this.clusters = Object.fromEntries(
      Object.entries(props.clusters).map(([cluster, { host, targets }]) => {
        return [cluster, this.#gslb(`gslb-${cluster}`, `${described.name}-${cluster}`, host, { ...props, targets })]
      }),
    )
    new TerraformOutput(this, 'recovery-bound', {
      value: recoveryBound(described).arithmetic,
      description: 'The longest that callers of a lost region wait',
    })
    new TerraformOutput(this, 'topology', {
      value: literal(JSON.stringify(described)),
      description: 'What these stacks were made from, as JSON: `antipode review` reads it here, and in plans',
    })
    const deployment = deploymentOf(described, this.gslb, this.failoverSwitch)
    if (deployment) {
      new TerraformOutput(this, 'deployment', {
        // A plain object, CDKTF would look into by way of an API that Node warns of.
        value: Token.asAny(deployment),
        description: 'Keep it where no region takes it along: `antipode failover --engine aws --outputs` reads it',
      })
    }
    this.drillUndoRole = this.#drillUndoRole(props)
    const controlled = Object.keys(described.regions).filter((region) => described.regions[region]?.database)
    const byRegion = (name: (region: string) => string) =>
      Object.fromEntries(controlled.map((region) => [region, name(region)]))
    this.runbook = new FailoverRunbook(this, 'runbook', {
      topology: described,
      databases: byRegion((region) => {
        const { base } = regionNames(described.name, region)
        const identifier = postgresIdentifier(base, described.regions[region]?.database?.generation ?? 1)
        if (described.database.kind === 'instance') return identifier
        return Surroundings.of(this).arn('rds', `cluster:${identifier}`, region)
      }),
      controlPlanes: byRegion((region) => regionNames(described.name, region).controlPlane),
    })
  }

  #gslb(id: string, name: string, host: string, { described, zoneId, targets }: GslbStackProps): Gslb {
    const { gslb } = described
    const { provider, policy, ttl, health, cloudflare } = gslb
    const common = { name, zoneId, host, policy, targets }
    if (provider === 'accelerator') return new AcceleratorGslb(this, id, common)
    if (!cloudflare) {
      const thrown = this.failoverSwitch && { failoverSwitch: this.failoverSwitch }
      return new Route53Gslb(this, id, { ...common, ttl, health, ...thrown })
    }
    this.#cloudflare ??= useCloudflare(this)
    const { account: accountId, zone, proxied, checkRegions, coordinates } = cloudflare
    const settings = { accountId, zoneId: zone, proxied, checkRegions, coordinates }
    const balanced = new CloudflareGslb(this, id, { ...common, ...settings, ttl, health })
    new TerraformOutput(this, id === 'gslb' ? 'pools' : `pools-of-${id}`, {
      value: Object.fromEntries(Object.entries(balanced.pools).map(([region, { id }]) => [region, id])),
      description: 'Disable one at Cloudflare to take its region out; Terraform leaves it as it finds it',
    })
    return balanced
  }

  #drillUndoRole({ described, networkAcls }: GslbStackProps): DrillUndoRole | undefined {
    if (!networkAcls) return undefined
    const role = new DrillUndoRole(this, 'drill-undo-role', { name: described.name, networkAcls })
    new TerraformOutput(this, 'drill-undo', {
      value: { role: role.arn, network_acls: networkAcls },
      description: 'What `antipode drill --live --undo-role` is given, and the network ACLs that it may touch',
    })
    return role
  }

  #switch({ name, regions, sites, gslb }: Topology): FailoverSwitch | undefined {
    const { kind, url } = gslb.switch
    const served = Object.entries(sites).flatMap(([site, { dataPlane }]) => (dataPlane ? [site] : []))
    const props = { name, regions: [...Object.keys(regions), ...served] }
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

/** Text that Terraform takes as it is: a label may hold what else would be a template. */
function literal(text: string): string {
  return text.replaceAll(/[$%](?=\{)/g, '$&$&')
}
