import type { Construct } from 'constructs'
import { type LinkEnd, RegionLink, resourceName } from '../constructs/index.ts'
import { LayerStack, type LayerStackProps } from './layer-stack.ts'

/** Every region linked with every other. One of the few stacks that read more than one region's state. */
export class LinksStack extends LayerStack {
  readonly links: readonly RegionLink[]

  constructor(scope: Construct, id: string, props: LayerStackProps & { readonly ends: readonly LinkEnd[] }) {
    super(scope, id, props)
    const { topology, ends } = props
    this.links = ends.flatMap((from, index) =>
      ends.slice(index + 1).map((to) => {
        const name = resourceName(128, topology, from.region, to.region)
        return new RegionLink(this, `${from.region}-${to.region}`, { name, from, to })
      }),
    )
  }
}
