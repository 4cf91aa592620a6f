import type { Construct } from 'constructs'
import {
  PostgresPrimary,
  PostgresReplica,
  postgresIdentifier,
  type RegionKey,
  type RegionNetwork,
  Surroundings,
} from '../constructs/index.ts'
import type { Region } from '../topology/index.ts'
import { LayerStack, type LayerStackProps } from './layer-stack.ts'
import { type RegionNames, regionNames } from './region-names.ts'

export interface DataStackProps extends LayerStackProps {
  readonly names: RegionNames
  readonly described: Region
  /** PostgreSQL's major version. */
  readonly version: number
  readonly key: RegionKey
  readonly network: RegionNetwork
}

/**
 * A region's database. What it is made of follows from the database's identity, that is its generation and the one it
 * was created from, and from nothing else: who writes is not Terraform's to decide.
 */
export class DataStack extends LayerStack {
  readonly database: PostgresPrimary | PostgresReplica

  constructor(scope: Construct, id: string, props: DataStackProps) {
    super(scope, id, props)
    const { topology, names, described, version, network } = props
    const keyArn = props.key.arn
    const { generation, from } = described.database
    const common = { name: names.base, generation, version, network, keyArn }
    if (from === null) {
      this.database = new PostgresPrimary(this, 'database', { ...common, passwordSecret: names.databaseSecret })
    } else {
      const source = postgresIdentifier(regionNames(topology, from.region).base, from.generation)
      const sourceArn = Surroundings.of(this).arn('rds', `db:${source}`, from.region)
      this.database = new PostgresReplica(this, 'database', { ...common, sourceArn })
    }
  }
}
