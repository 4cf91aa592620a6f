import type { Construct } from 'constructs'
import { DatabaseSecret, ImageRepository, RegionKey, RegionSecrets } from '../constructs/index.ts'
import { LayerStack, type LayerStackProps } from './layer-stack.ts'
import type { RegionNames } from './region-names.ts'

export interface FoundationStackProps extends LayerStackProps {
  readonly names: RegionNames
  /** Makes the database's password and copies it to these regions; undefined where another region's stack does. */
  readonly passwordCopies?: readonly { readonly region: string; readonly keyAlias: string }[]
}

/** What everything else in a region rests on, and what must be filled before the rest starts: key, images, secrets. */
export class FoundationStack extends LayerStack {
  readonly key: RegionKey
  readonly images: ImageRepository
  readonly secrets: RegionSecrets
  readonly databaseSecret: DatabaseSecret | undefined

  constructor(scope: Construct, id: string, props: FoundationStackProps) {
    super(scope, id, props)
    const { names, passwordCopies: replicas } = props
    this.key = new RegionKey(this, 'key', { name: names.base })
    const keyArn = this.key.arn
    this.images = new ImageRepository(this, 'images', { name: names.repository, keyArn })
    this.secrets = new RegionSecrets(this, 'secrets', {
      name: names.secrets,
      keyArn,
      trustDomain: props.topology,
      region: props.region,
    })
    this.databaseSecret =
      replicas && new DatabaseSecret(this, 'database-password', { name: names.databaseSecret, keyArn, replicas })
  }
}
