import type { Construct } from 'constructs'
import { ImageRepository, RegionKey, RegionSecrets } from '../constructs/index.ts'
import { LayerStack, type LayerStackProps } from './layer-stack.ts'
import type { RegionNames } from './region-names.ts'

/** What everything else in a region rests on, and what must be filled before the rest starts: key, images, secrets. */
export class FoundationStack extends LayerStack {
  readonly key: RegionKey
  readonly images: ImageRepository
  readonly secrets: RegionSecrets

  constructor(scope: Construct, id: string, props: LayerStackProps & { readonly names: RegionNames }) {
    super(scope, id, props)
    const { names } = props
    this.key = new RegionKey(this, 'key', { name: names.base })
    const keyArn = this.key.arn
    this.images = new ImageRepository(this, 'images', { name: names.repository, keyArn })
    this.secrets = new RegionSecrets(this, 'secrets', { name: names.secrets, keyArn })
  }
}
