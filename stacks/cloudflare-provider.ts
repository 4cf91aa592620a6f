import type { CloudflareProvider } from '@cdktf/provider-cloudflare/lib/provider/index.js'
import type { TerraformStack } from 'cdktf'
import { cloudflare } from '../constructs/index.ts'

/**
 * Lets a stack make resources of Cloudflare. The token is in no file and no state: the provider reads it from
 * `CLOUDFLARE_API_TOKEN`.
 *
 * @throws AntipodeError PACKAGE_MISSING
 */
export function useCloudflare(stack: TerraformStack): CloudflareProvider {
  const { CloudflareProvider } = cloudflare('provider')
  const provider = new CloudflareProvider(stack, 'cloudflare', {})
  stack.addOverride('terraform.required_providers.cloudflare', { source: 'cloudflare/cloudflare', version: '~> 5.14' })
  return provider
}
