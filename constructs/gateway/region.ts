// Generated from the schema of the provider by `node provider/bindings/main.ts`.
import type { TerraformMetaArguments } from 'cdktf'
import type { Construct } from 'constructs'
import { GatewayResource } from './gateway-resource.ts'

export interface RegionConfig extends TerraformMetaArguments {
  /** The name of the region, one of whose control planes is among the endpoints of the provider. */
  readonly region: string
  /** What it is declared to be: `primary` (it writes for all), `standby` (it follows) or `active` (it has a configuration of its own). Another writer is a planned switchover, carried out by `switchover_command` of the provider. Without one, declare what is, or what `antipode switchover` has made. */
  readonly role: string
}

/** A region and the role that it is declared to have, with how it is now. Declaring another writer is a switchover, which refuses where something would be lost; without `switchover_command` of the provider the plan is refused, with the command to run. A region whose role was moved since shows as a warning. Destroying it changes nothing in the region. */
export class Region extends GatewayResource {
  static readonly tfResourceType = 'antipode_region'

  constructor(scope: Construct, id: string, config: RegionConfig) {
    super(scope, id, 'antipode_region', config)
  }

  get id(): string {
    return this.getStringAttribute('id')
  }

  get region(): string {
    return this.getStringAttribute('region')
  }

  get role(): string {
    return this.getStringAttribute('role')
  }

  get currentRole(): string {
    return this.getStringAttribute('current_role')
  }

  get writer(): string {
    return this.getStringAttribute('writer')
  }

  get lineage(): string {
    return this.getStringAttribute('lineage')
  }
}
