import type { Check } from './check.ts'

/**
 * A switch of Route 53 needs Route 53, and one that is a file needs to know where that is. With Cloudflare a region's
 * pool is disabled instead, which Terraform leaves as it finds it.
 */
export const gslbSwitch: Check = ({ gslb }) => {
  const { provider, switch: thrown } = gslb ?? {}
  const { kind, url } = thrown ?? {}
  if (kind === undefined || kind === 'none') return []
  if (provider === 'accelerator') {
    const text = `'${kind}' changes answers of Route 53, and callers of an accelerator ask for none; remove it`
    return [{ path: 'gslb.switch.kind', text }]
  }
  if (provider === 'cloudflare') {
    const text = `'${kind}' changes answers of Route 53; remove it, and disable a region's pool at Cloudflare instead`
    return [{ path: 'gslb.switch.kind', text }]
  }
  if (kind === 'inverted-check' && url?.startsWith('https://') !== true) {
    const text = `${url ? `'${url}'` : 'nothing'} cannot be checked; write where the file is put, https://… in no region`
    return [{ path: 'gslb.switch.url', text }]
  }
  return []
}
