import { DataAwsSecretsmanagerSecret } from '@cdktf/provider-aws/lib/data-aws-secretsmanager-secret/index.js'
import type { Construct } from 'constructs'
import { ControlPlaneService, type Postgres, SYNC_PORT } from '../constructs/index.ts'
import type { Database, Region, Site } from '../topology/index.ts'
import type { FoundationStack } from './foundation-stack.ts'
import { LayerStack, type LayerStackProps } from './layer-stack.ts'
import type { NetworkStack } from './network-stack.ts'
import type { RegionNames } from './region-names.ts'

export interface ControlPlaneStackProps extends LayerStackProps {
  readonly names: RegionNames
  readonly described: Region
  readonly settings: Database
  readonly image: string
  readonly repositoryArn?: string
  readonly foundation: FoundationStack
  readonly network: NetworkStack
  readonly database: Postgres
  /** Places that are not AWS, whose data planes may call the control planes. */
  readonly sites: Readonly<Record<string, Site>>
  /** The region that confirms this one's writes, or is confirmed by it. */
  readonly peer?: { readonly region: string; readonly name: string; readonly cidr: string }
}

/** A region's control planes. */
export class ControlPlaneStack extends LayerStack {
  readonly controlPlane: ControlPlaneService

  constructor(scope: Construct, id: string, props: ControlPlaneStackProps) {
    super(scope, id, props)
    const { names, described, settings, foundation, network, database, peer, repositoryArn } = props
    const { secrets } = foundation
    // By name: in a region that holds a copy, the secret belongs to another region's stack.
    const password = new DataAwsSecretsmanagerSecret(this, 'database-password', { name: names.databaseSecret })
    this.controlPlane = new ControlPlaneService(this, 'control-plane', {
      name: `${names.base}-control-plane`,
      region: props.region,
      regionIndex: described.index,
      instances: described.controlPlane.instances,
      network: network.network,
      image: props.image,
      ...(repositoryArn && { repositoryArn }),
      keyArn: foundation.key.arn,
      secretArns: {
        identity: secrets.controlPlaneIdentity.arn,
        authority: secrets.authority.arn,
        adminKey: secrets.adminKey.arn,
      },
      database: {
        address: database.address,
        passwordSecretArn: password.arn,
        connections: database.connections,
      },
      ...(peer && { peer }),
      // Where the database was created empty, its history is created too; a role would change, this does not.
      initialWriter: described.database.from === null,
      commit: settings.commit,
      lease: settings.lease.seconds,
      dns: { zoneId: network.network.privateZone?.zoneId ?? '', name: names.controlPlane },
    })
    for (const [site, { network: cidr }] of Object.entries(props.sites)) {
      this.controlPlane.connections.allowFrom({ as: site, cidr }, SYNC_PORT)
    }
  }
}
