import { DataAwsSecretsmanagerSecret } from '@cdktf/provider-aws/lib/data-aws-secretsmanager-secret/index.js'
import type { Construct } from 'constructs'
import {
  type AutomaticFailoverProps,
  ControlPlaneService,
  type Postgres,
  type RegionSecrets,
  SYNC_PORT,
} from '../constructs/index.ts'
import type { AutomaticFailover, Database, Region, Topology } from '../topology/index.ts'
import { type FallbackPlace, fallbackStore } from './fallback-place.ts'
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
  readonly secrets: RegionSecrets
  readonly network: NetworkStack
  readonly database: Postgres
  /** Whether it creates the history, in a database that is empty. */
  readonly initialWriter: boolean
  /** Places whose data planes call these control planes over a link: edges, and sites that have a VPN. */
  readonly followers: readonly { readonly name: string; readonly cidr: string }[]
  /** Ranges whose data planes call these control planes over the internet. */
  readonly outside: readonly string[]
  readonly automaticFailover?: AutomaticFailover
  /** Where they leave their configuration. */
  readonly fallback?: FallbackPlace
  readonly gatewayGroups: Topology['gatewayGroups']
  /** Ranges that may call the Admin API, beside the region's network. */
  readonly adminFrom: readonly string[]
  /** The region that confirms this one's writes, or is confirmed by it. */
  readonly peer?: { readonly region: string; readonly name: string; readonly cidr: string }
}

/** A region's control planes. */
export class ControlPlaneStack extends LayerStack {
  readonly controlPlane: ControlPlaneService

  constructor(scope: Construct, id: string, props: ControlPlaneStackProps) {
    super(scope, id, props)
    const { names, described, settings, foundation, secrets, network, database, peer, repositoryArn } = props
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
        keyring: secrets.keyring.arn,
      },
      database: {
        address: database.address,
        passwordSecretArn: password.arn,
        connections: database.connections,
      },
      ...(peer && { peer }),
      initialWriter: props.initialWriter,
      ...(props.outside.length > 0 && { outsideCidrs: props.outside }),
      ...(props.adminFrom.length > 0 && { adminCidrs: [described.network, ...props.adminFrom] }),
      commit: settings.commit,
      lease: settings.lease.seconds,
      ...(props.automaticFailover && { automaticFailover: unattended(props.automaticFailover) }),
      ...(props.fallback && { fallback: fallbackStore(this, props.fallback) }),
      gatewayGroups: props.gatewayGroups,
      dns: { zoneId: network.network.privateZone?.zoneId ?? '', name: names.controlPlane },
    })
    for (const { name, cidr } of props.followers) {
      this.controlPlane.connections.allowFrom({ as: name, cidr }, SYNC_PORT)
    }
  }
}

function unattended({ after, solo, witness }: AutomaticFailover): AutomaticFailoverProps {
  return { after: after.seconds, solo, ...(witness && { witness }) }
}
