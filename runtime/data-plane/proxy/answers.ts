import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Answer } from '../../plugins/plugin-interface.ts'
import type { GatewayCall } from './gateway-call.ts'
import { HeaderList } from './header-list.ts'

export const ROUTE_NOT_FOUND: Answer = { status: 404, body: { error_msg: '404 Route Not Found' } }
export const NO_CONFIGURATION: Answer = { status: 503, body: { error_msg: 'no configuration has been received yet' } }
export const NO_VALID_NODE: Answer = { status: 503, body: { error_msg: 'no valid upstream node' } }
export const NO_UPSTREAM: Answer = {
  status: 503,
  body: { error_msg: 'missing upstream configuration in Route or Service' },
}
export const UPSTREAM_NOT_FOUND: Answer = { status: 502, body: { error_msg: 'the upstream of the route is unknown' } }
export const SERVICE_NOT_FOUND: Answer = { status: 404, body: { error_msg: 'the service of the route is unknown' } }
export const UPSTREAM_FAILED: Answer = { status: 502, body: { error_msg: '502 Bad Gateway' } }
export const UPSTREAM_TIMED_OUT: Answer = { status: 504, body: { error_msg: '504 Gateway Timeout' } }
export const INTERNAL_ERROR: Answer = { status: 500, body: { error_msg: '500 Internal Server Error' } }

/** What every answer of this gateway carries, the upstream's too. */
export type GatewayFields = readonly string[]

/** A refusal of the request itself; the connection is of no further use. */
export function refusal(status: number, message: string): Answer {
  return { status, headers: { Connection: 'close' }, body: { error_msg: message } }
}

/** Of answers that have no body the length would be that of another answer's (304), or may not be told (204). */
const BODILESS = new Set([204, 304])

/** Unread bytes up to this are taken in and dropped, so that the connection can go on. */
const WORTH_READING = 65_536
const LINGER = 2_000

/** Sends an answer of the gateway's own. */
export function sendAnswer(response: ServerResponse, answer: Answer, fields: GatewayFields, call?: GatewayCall): void {
  if (response.headersSent || response.destroyed) return
  const [body, type] = encode(answer.body)
  const head = { status: answer.status, headers: new HeaderList() }
  const { headers } = head
  if (type) headers.add('Content-Type', type)
  for (const [name, value] of Object.entries(answer.headers ?? {})) headers.set(name, value)
  call?.pipeline?.filterHead(call, head)
  const content = call?.pipeline?.filtersBody ? call.pipeline.filterBody(call, body, true) : body
  if (!BODILESS.has(head.status)) headers.set('Content-Length', String(content.length))
  headers.raw.push(...fields)
  if (!isWorthReadingOn(response)) headers.set('Connection', 'close')
  if (headers.get('Connection') === 'close') {
    response.shouldKeepAlive = false
    lingerAfter(response)
  }
  if (call) call.status = head.status
  try {
    response.writeHead(head.status, headers.raw)
  } catch {
    // A plugin put something in a field that may not stand there.
    response.writeHead(500, ['Content-Length', '0', ...fields])
    response.end()
    return
  }
  response.end(content)
  if (!response.req.complete) response.req.resume()
}

/** Behind an answer that is not out yet it must wait its turn: node would put it inside of its own answer. */
export function sendContinue(response: ServerResponse): void {
  if (response.socket) response.writeContinue()
  else {
    response.once('socket', () => {
      if (!response.headersSent) response.writeContinue()
    })
  }
}

function encode(body: unknown): [Buffer, string | undefined] {
  if (body === undefined) return [Buffer.alloc(0), undefined]
  if (Buffer.isBuffer(body)) return [body, undefined]
  if (typeof body === 'string') return [Buffer.from(body), 'text/plain; charset=utf-8']
  return [Buffer.from(JSON.stringify(body)), 'application/json']
}

function isWorthReadingOn({ req }: ServerResponse): boolean {
  // Who was not told to continue may send the body all the same, or another request: nobody can tell which.
  if (req.headers.expect !== undefined && !req.complete) return false
  if (req.complete || (!req.headers['content-length'] && !req.headers['transfer-encoding'])) return true
  return Number(req.headers['content-length'] ?? Number.POSITIVE_INFINITY) <= WORTH_READING
}

/**
 * Closing a socket while bytes arrive resets it, and the reset can overtake the answer. So where the client may still
 * be sending, its bytes are dropped for a moment after the answer and only then the connection ends.
 */
export function lingerAfter(response: ServerResponse): void {
  const { req } = response
  const socket = req.socket as Socket
  socket.destroySoon = () => {
    if (req.complete) {
      Reflect.deleteProperty(socket, 'destroySoon')
      socket.destroySoon()
      return
    }
    socket.end()
    req.resume()
    setTimeout(() => socket.destroy(), LINGER).unref()
  }
}
