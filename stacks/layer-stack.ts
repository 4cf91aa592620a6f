import { AwsProvider } from '@cdktf/provider-aws/lib/provider/index.js'
import { LocalBackend, type TerraformBackend, TerraformStack } from 'cdktf'
import type { Construct } from 'constructs'

/**
 * Where a stack's state lives. Called once a stack; it makes the backend within that stack.
 *
 * @param region whose storage should hold it: the stack's own, so that losing another region blocks nothing here
 */
export type StateBackend = (region: string, stack: TerraformStack) => TerraformBackend

export interface LayerStackProps {
  readonly topology: string
  readonly region: string
  /** @default a file beside the project's `cdktf.out` */
  readonly state?: StateBackend
}

/** One stack of a topology, with its provider, its tags and its state. */
export class LayerStack extends TerraformStack {
  readonly provider: AwsProvider

  constructor(scope: Construct, id: string, { topology, region, state }: LayerStackProps) {
    super(scope, id)
    // CDK Terrain refuses write-only arguments unless told that nothing older is meant; CDKTF does not ask.
    this.node.setContext('targetVersions', { terraform: '>=1.11.0', opentofu: '>=1.11.0' })
    // What the stack is for: never the region's role, which changes without an apply.
    const role = id.replace(`${topology}-`, '').replace(`${region}-`, '')
    this.provider = new AwsProvider(this, 'aws', {
      region,
      defaultTags: [{ tags: { Topology: topology, Region: region, Role: role, Stack: id, ManagedBy: 'antipode' } }],
    })
    // CDKTF writes the exact version it was generated from, under a short source that OpenTofu cannot resolve.
    this.addOverride('terraform.required_providers.aws', { source: 'hashicorp/aws', version: '~> 6.25' })
    // Write-only arguments and ephemeral resources came with 1.11.
    this.addOverride('terraform.required_version', '>= 1.11')
    if (state) state(region, this)
    else {
      // Relative, and the same from every stack's folder: an absolute path would differ between machines.
      new LocalBackend(this, { path: `../../../terraform.${id}.tfstate` })
    }
  }
}
