import { isIPv6 } from 'node:net'
import { checkCertificatePair } from './certificate-pair.ts'
import { compileSchema } from './schema-compiler.ts'
import { quote } from './schema-error.ts'
import { host } from './schemas/fields.ts'
import type { Upstream } from './schemas/upstream.ts'

const checkHost = compileSchema(host)

/** What `key` may be, by what `chash` hashes. A consumer is its own key; a combination of variables is free text. */
const HASH_KEYS = {
  vars: compileSchema({
    type: 'string',
    pattern:
      '^((uri|server_name|server_addr|request_uri|remote_port|remote_addr|query_string|host|hostname|mqtt_client_id)|arg_[0-9a-zA-z_-]+)$',
  }),
  header: compileSchema({ type: 'string', pattern: '^[a-zA-Z0-9-_]+$' }),
  cookie: compileSchema({ type: 'string', pattern: '^[a-zA-Z0-9-_]+$' }),
  vars_combinations: compileSchema({ type: 'string' }),
}

/**
 * The rules of an upstream that its schema cannot say, in the order and words of APISIX. Whether a node's name
 * resolves is not among them: that is known only where and when it is called.
 *
 * @param upstream one that its schema has passed
 * @returns what is wrong, or undefined
 */
export function checkUpstreamRules(upstream: Upstream): string | undefined {
  return (
    checkNodeAddresses(upstream) ?? checkPassHost(upstream) ?? checkClientCertificate(upstream) ?? checkHash(upstream)
  )
}

function checkNodeAddresses({ nodes }: Upstream): string | undefined {
  if (!nodes || Array.isArray(nodes)) return undefined
  for (const address of Object.keys(nodes)) {
    const wrong = checkAddress(address)
    if (wrong)
      return `invalid configuration: property "nodes" validation failed: failed to validate ${address}: ${wrong}`
  }
  return undefined
}

/** `host`, `host:port`, `[v6]:port`, or a bare IPv6 address. */
function checkAddress(address: string): string | undefined {
  if (isIPv6(address)) return undefined
  const [, name = '', port] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/s.exec(address) ?? []
  if (name === '') return 'expected host:port, and the host is missing'
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535)) {
    return `expected a port from 1 to 65535, got ${quote(port)}`
  }
  return checkHost(name)
}

function checkPassHost({ pass_host, upstream_host }: Upstream): string | undefined {
  if (pass_host !== 'rewrite' || upstream_host) return undefined
  return "`upstream_host` can't be empty when `pass_host` is `rewrite`"
}

function checkClientCertificate({ tls }: Upstream): string | undefined {
  if (!tls?.client_cert || !tls.client_key) return undefined
  return checkCertificatePair(tls.client_cert, tls.client_key, {
    certificate: 'tls.client_cert',
    key: 'tls.client_key',
  })
}

function checkHash({ type, hash_on = 'vars', key }: Upstream): string | undefined {
  if (type !== 'chash' || hash_on === 'consumer') return undefined
  if (key === undefined) return 'missing key'
  const wrong = HASH_KEYS[hash_on](key)
  return wrong && `invalid configuration: ${wrong}`
}
