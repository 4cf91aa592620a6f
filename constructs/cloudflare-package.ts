import { createRequire } from 'node:module'
import { AntipodeError } from '../topology/index.ts'

/** The modules of Cloudflare's constructs that are used here, by their names. */
interface Modules {
  'dns-record': typeof import('@cdktf/provider-cloudflare/lib/dns-record/index.js')
  'load-balancer': typeof import('@cdktf/provider-cloudflare/lib/load-balancer/index.js')
  'load-balancer-monitor': typeof import('@cdktf/provider-cloudflare/lib/load-balancer-monitor/index.js')
  'load-balancer-pool': typeof import('@cdktf/provider-cloudflare/lib/load-balancer-pool/index.js')
  provider: typeof import('@cdktf/provider-cloudflare/lib/provider/index.js')
}

const PACKAGE = '@cdktf/provider-cloudflare'
const load = createRequire(import.meta.url)

/**
 * A module of Cloudflare's constructs, loaded when it is first asked for: who does not use Cloudflare need not install
 * them.
 *
 * @throws AntipodeError PACKAGE_MISSING
 */
export function cloudflare<Name extends keyof Modules>(name: Name): Modules[Name] {
  const module = `${PACKAGE}/lib/${name}/index.js`
  try {
    return load(module)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    // Whatever else is missing is not for the user to install.
    if (code !== 'MODULE_NOT_FOUND' || !message.includes(`'${module}'`)) throw error
    throw new AntipodeError('PACKAGE_MISSING', { package: PACKAGE, use: "the GSLB provider 'cloudflare'" })
  }
}
