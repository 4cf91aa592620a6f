import { createRequire } from 'node:module'

/** Why Cloudflare's constructs cannot be used here, as on CDK Terrain, for which there are none; false where they can. */
export const cloudflareMissing: string | false = (() => {
  try {
    createRequire(import.meta.url).resolve('@cdktf/provider-cloudflare/package.json')
    return false
  } catch {
    return '@cdktf/provider-cloudflare is not installed'
  }
})()

/** Whether a golden case's topology, or its construct, is of Cloudflare. */
export function needsCloudflare(input: string): boolean {
  return /provider: cloudflare|construct: Cloudflare/.test(input)
}
