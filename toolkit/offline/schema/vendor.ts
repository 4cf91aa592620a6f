/** Whose provider it is, and where its schema can be recovered from. */
export interface Vendor {
  readonly name: string
  /** As Terraform's `required_providers` names it. */
  readonly source: string
  /** How the names of its types begin. */
  readonly prefix: string
  /** Of the constructs that were generated from the schema. */
  readonly package: string
  /** Major version of the plugin protocol that it speaks. */
  readonly protocol: 5 | 6
  /**
   * What an argument with arguments of its own is. The package writes both alike: a provider of the older SDK has
   * blocks, one of the plugin framework that speaks protocol 6 has attributes.
   */
  readonly nested: 'blocks' | 'attributes'
  /** The oldest version of the provider that stacks accept: the one that the package was generated from. */
  readonly oldestVersion: string
}

export const AWS: Vendor = {
  name: 'AWS',
  source: 'hashicorp/aws',
  prefix: 'aws_',
  package: '@cdktf/provider-aws',
  protocol: 5,
  nested: 'blocks',
  oldestVersion: '6.25.0',
}

export const CLOUDFLARE: Vendor = {
  name: 'Cloudflare',
  source: 'cloudflare/cloudflare',
  prefix: 'cloudflare_',
  package: '@cdktf/provider-cloudflare',
  protocol: 6,
  nested: 'attributes',
  oldestVersion: '5.14.0',
}

export const VENDORS: readonly Vendor[] = [AWS, CLOUDFLARE]

/** Whose a type is. */
export function vendorOf(type: string): Vendor {
  const vendor = VENDORS.find(({ prefix }) => type.startsWith(prefix))
  if (!vendor) throw new RangeError(`${type} is of no provider that is known offline`)
  return vendor
}
