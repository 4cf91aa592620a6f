import { hostname } from 'node:os'
import type { GatewayCall } from './gateway-call.ts'
import { findArgument } from './query-string.ts'

/** Variables with a fixed name, after those of nginx and APISIX. */
const NAMED: Readonly<Record<string, (call: GatewayCall) => unknown>> = {
  uri: (call) => call.path,
  request_uri: (call) => call.target,
  request_method: (call) => call.method,
  method: (call) => call.method,
  args: (call) => call.query,
  query_string: (call) => call.query,
  is_args: (call) => (call.query === undefined ? '' : '?'),
  host: (call) => call.host,
  scheme: () => 'http',
  remote_addr: (call) => call.remoteAddress,
  remote_port: (call) => String(call.request.socket.remotePort),
  server_addr: (call) => call.request.socket.localAddress,
  server_port: (call) => String(call.request.socket.localPort),
  server_protocol: (call) => `HTTP/${call.request.httpVersion}`,
  hostname: () => hostname(),
  content_type: (call) => call.header('content-type'),
  content_length: (call) => call.header('content-length'),
  msec: () => (Date.now() / 1000).toFixed(3),
  status: (call) => call.status,
  route_id: (call) => call.route?.id,
  route_name: (call) => call.route?.name,
  service_id: (call) => call.route?.serviceId,
  service_name: (call) => call.route?.serviceName,
  matched_uri: (call) => call.matchedUri,
  matched_host: (call) => call.matchedHost,
  consumer_name: (call) => call.consumer?.username,
  upstream_uri: (call) => call.upstream.target,
}

/** The value of `$name` for a call, or undefined. */
export function readVariable(call: GatewayCall, name: string): unknown {
  if (Object.hasOwn(NAMED, name)) return NAMED[name]!(call)
  if (name.startsWith('arg_')) return call.argument(name.slice(4))
  if (name.startsWith('http_')) return call.header(name.slice(5).replaceAll('_', '-'))
  if (name.startsWith('cookie_')) return cookie(call.header('cookie'), name.slice(7))
  if (name.startsWith('post_arg_')) return bodyArgument(call, name.slice(9))
  if (name.startsWith('post_arg.')) return bodyValue(call, name.slice(9))
  return undefined
}

/** Whether a variable can only be known once the body was read. */
export function needsBody(name: string): boolean {
  return name.startsWith('post_arg')
}

function cookie(header: string | undefined, name: string): string | undefined {
  for (const part of header?.split(';') ?? []) {
    const equals = part.indexOf('=')
    if (equals > 0 && part.slice(0, equals).trim() === name) return part.slice(equals + 1).trim()
  }
  return undefined
}

function bodyArgument(call: GatewayCall, name: string): string | undefined {
  if (!call.body || !call.header('content-type')?.startsWith('application/x-www-form-urlencoded')) return undefined
  return findArgument(call.body.toString(), name)
}

/** `post_arg.a.b[0]`: a value inside a JSON body, or an argument of a form. */
function bodyValue(call: GatewayCall, path: string): unknown {
  if (!call.body) return undefined
  if (!call.header('content-type')?.includes('json')) return bodyArgument(call, path)
  try {
    let value: unknown = JSON.parse(call.body.toString())
    for (const key of path.replaceAll(/\[(\d+)\]/g, '.$1').split('.')) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
      value = (value as Readonly<Record<string, unknown>>)[key]
    }
    return value
  } catch {
    return undefined
  }
}
