import type { IncomingMessage } from 'node:http'
import { isHopByHop, listedInConnection } from './hop-by-hop.ts'

/** A request's fields, sorted out in one pass. */
export interface RequestFields {
  /** End-to-end fields to forward, without `Host` and what the gateway sets itself. */
  readonly forwarded: string[]
  readonly host: string | undefined
  readonly hasBody: boolean
  /** Undefined when the body is chunked or there is none. */
  readonly contentLength: number | undefined
  readonly forwardedFor: string | undefined
  readonly forwardedProto: string | undefined
  readonly forwardedHost: string | undefined
  readonly forwardedPort: string | undefined
  readonly upgrade: string | undefined
}

/** `Content_Length` and the like: another server may compare only the letters. */
const FRAMING_LOOKALIKE = new RegExp(`^(?:${spread('contentlength')}|${spread('transferencoding')})$`)
const HOST = /^(?:\[[0-9a-f:.]+\]|[a-z0-9._~-]+)(?::([0-9]{1,5}))?$/i

/**
 * @returns undefined for a request that is to be refused: its framing or its `Host` can be read in more than one way
 */
export function readRequestFields(request: IncomingMessage): RequestFields | undefined {
  const { rawHeaders } = request
  const fields = {
    forwarded: [] as string[],
    host: undefined as string | undefined,
    hasBody: false,
    contentLength: undefined as number | undefined,
    forwardedFor: undefined as string | undefined,
    forwardedProto: undefined as string | undefined,
    forwardedHost: undefined as string | undefined,
    forwardedPort: undefined as string | undefined,
    upgrade: undefined as string | undefined,
  }
  const listed = listedInConnection(request.headers.connection)
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!
    const value = rawHeaders[index + 1]!
    const lower = name.toLowerCase()
    switch (lower) {
      case 'host':
        if (fields.host !== undefined) return undefined
        fields.host = value
        break
      case 'content-length': {
        const length = Number(value)
        if (!/^[0-9]+$/.test(value) || !Number.isSafeInteger(length)) return undefined
        fields.contentLength = length
        fields.hasBody = length > 0
        fields.forwarded.push(name, value)
        break
      }
      case 'transfer-encoding':
        if (value.toLowerCase() !== 'chunked' || request.httpVersionMinor === 0) return undefined
        fields.hasBody = true
        break
      case 'x-forwarded-for':
        fields.forwardedFor = fields.forwardedFor === undefined ? value : `${fields.forwardedFor}, ${value}`
        break
      case 'x-forwarded-proto':
        fields.forwardedProto = value
        break
      case 'x-forwarded-host':
        fields.forwardedHost = value
        break
      case 'x-forwarded-port':
        fields.forwardedPort = value
        break
      case 'x-real-ip':
      case 'expect':
        break
      case 'upgrade':
        fields.upgrade = value
        break
      default:
        if (FRAMING_LOOKALIKE.test(lower)) return undefined
        if (!isHopByHop(lower) && !listed?.has(lower)) fields.forwarded.push(name, value)
    }
  }
  return fields
}

/** A pattern of these letters with anything but letters around them. */
function spread(letters: string): string {
  return `[^a-z]*${[...letters].map((letter) => `${letter}[^a-z]*`).join('')}`
}

export interface HostName {
  /** Lower case, as sent. */
  readonly withPort: string
  /** Lower case, without port. */
  readonly name: string
}

/** @returns undefined for what is no host: empty, with user info, several, or with an impossible port */
export function parseHost(value: string): HostName | undefined {
  const match = HOST.exec(value)
  if (!match) return undefined
  const withPort = value.toLowerCase()
  const port = match[1]
  if (port === undefined) return { withPort, name: withPort }
  return Number(port) > 65_535 ? undefined : { withPort, name: withPort.slice(0, -port.length - 1) }
}
