import type { Construct } from 'constructs'
import { PostgresGlobal } from '../constructs/index.ts'
import type { Database } from '../topology/index.ts'
import { LayerStack, type LayerStackProps } from './layer-stack.ts'

/** What the databases of all regions join, and belongs to none of them. It reads no state, and nobody reads its own. */
export class ReplicationStack extends LayerStack {
  readonly database: PostgresGlobal

  constructor(scope: Construct, id: string, props: LayerStackProps & { readonly settings: Database }) {
    super(scope, id, props)
    const { topology, settings } = props
    this.database = new PostgresGlobal(this, 'database', { identifier: topology, version: settings.version })
  }
}
