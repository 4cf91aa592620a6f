import {
  createSecureServer,
  createServer,
  type Http2Server,
  type Http2Session,
  type ServerHttp2Stream,
} from 'node:http2'
import { decodeMessage, encodeMessage, type MessageType, type Read, type Write } from '../wire/message.ts'

/** One question, one answer. */
export interface UnaryCall {
  readonly request: MessageType
  readonly response: MessageType
  /** Bytes are a response that is encoded already. */
  // biome-ignore lint/suspicious/noExplicitAny: each call has messages of its own, which `call` below holds together.
  readonly answer: (request: any) => Promise<object> | object
  /** What happens once the answer has left. */
  readonly afterwards?: () => void
}

/** A call whose answer never begins, and ends with the connection. */
export const HELD_OPEN = 'held open'

export type Call = UnaryCall | typeof HELD_OPEN

/** By their paths, such as `/tfplugin6.Provider/GetProviderSchema`. */
export type Calls = Readonly<Record<string, Call>>

/** Finds the call of a path. What it takes to answer it may be loaded only then. */
export type FindCall = (path: string) => Call | undefined | Promise<Call | undefined>

/** Ties an answer to the messages of its call. */
export function call<Request extends MessageType, Response extends MessageType>(
  { request, response }: { readonly request: Request; readonly response: Response },
  answer: (request: Read<Request>) => Promise<Write<Response> | Uint8Array> | Write<Response> | Uint8Array,
): UnaryCall {
  return { request, response, answer }
}

/** Mutual TLS between two processes that know each other's one certificate, in PEM. */
export interface MutualTls {
  readonly certificate: string
  readonly key: string
  readonly peer: string
}

export function callIn(calls: Calls, path: string): Call | undefined {
  return Object.hasOwn(calls, path) ? calls[path] : undefined
}

export interface GrpcServer {
  close(): Promise<void>
}

// https://grpc.io/docs/guides/status-codes/
const OK = 0
const INVALID_ARGUMENT = 3
const UNIMPLEMENTED = 12
const INTERNAL = 13
const PREFIX_BYTES = 5
/** A schema, or the values of a thousand resources, in one go. */
const WINDOW_BYTES = 4 * 1024 * 1024

/**
 * Serves gRPC on a unix socket (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md): a five-byte prefix before
 * each message, the status in the trailers.
 *
 * @param connect gives the calls of one connection
 */
export async function serveGrpc(socket: string, connect: () => FindCall, tls?: MutualTls): Promise<GrpcServer> {
  const settings = { initialWindowSize: WINDOW_BYTES }
  const server: Http2Server = tls
    ? createSecureServer({
        ...{ cert: tls.certificate, key: tls.key, ca: tls.peer, settings },
        ...{ requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.2' },
      })
    : createServer({ settings })
  const sessions = new Map<Http2Session, FindCall>()
  server.on('session', (session) => {
    sessions.set(session, connect())
    session.once('close', () => sessions.delete(session))
    // Whoever calls looks whether somebody listens, and hangs up when it is done: neither is a failure.
    session.on('error', () => undefined)
  })
  server.on('sessionError', () => undefined)
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined)
    const find = stream.session && sessions.get(stream.session)
    if (find) void answer(stream, String(headers[':path']), find)
    else stream.close()
  })
  await new Promise<void>((listening, fail) => {
    server.once('error', fail)
    server.listen(socket, listening)
  })
  return {
    close: () =>
      new Promise((closed) => {
        server.close(() => closed())
        for (const session of sessions.keys()) session.destroy()
      }),
  }
}

function hold(stream: ServerHttp2Stream): void {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' })
  stream.resume()
}

async function answer(stream: ServerHttp2Stream, path: string, find: FindCall): Promise<void> {
  let served: Call | undefined
  try {
    served = await find(path)
  } catch (error) {
    return finish(stream, INTERNAL, textOf(error))
  }
  if (served === undefined) return finish(stream, UNIMPLEMENTED, `${path} is not served`)
  if (served === HELD_OPEN) return hold(stream)
  let request: unknown
  try {
    request = decodeMessage(served.request, unwrap(await bodyOf(stream)))
  } catch (error) {
    return finish(stream, INVALID_ARGUMENT, textOf(error))
  }
  try {
    if (served.afterwards) stream.once('close', served.afterwards)
    const given = await served.answer(request)
    finish(stream, OK, '', given instanceof Uint8Array ? given : encodeMessage(served.response, given))
  } catch (error) {
    finish(stream, INTERNAL, textOf(error))
  }
}

/** By its events: there are hundreds of calls in a plan, and an iterator over a stream costs as much as the rest of one. */
function bodyOf(stream: ServerHttp2Stream): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.once('end', () => resolve(Buffer.concat(chunks)))
    stream.once('error', reject)
    stream.once('close', () => reject(new RangeError('the request was broken off')))
  })
}

function unwrap(body: Buffer): Buffer {
  if (body.length < PREFIX_BYTES) throw new RangeError('the request holds no message')
  if (body[0] !== 0) throw new RangeError('the message is compressed, which was not agreed upon')
  const length = body.readUInt32BE(1)
  if (length !== body.length - PREFIX_BYTES) throw new RangeError('the message is not as long as it says')
  return body.subarray(PREFIX_BYTES)
}

function finish(stream: ServerHttp2Stream, status: number, text: string, body?: Uint8Array): void {
  if (stream.destroyed || stream.headersSent) return
  const head = { ':status': 200, 'content-type': 'application/grpc' }
  const outcome = { 'grpc-status': String(status), ...(text && { 'grpc-message': encodeURIComponent(text) }) }
  if (!body) {
    stream.respond({ ...head, ...outcome }, { endStream: true })
    return
  }
  stream.respond(head, { waitForTrailers: true })
  stream.once('wantTrailers', () => stream.sendTrailers(outcome))
  const prefix = Buffer.alloc(PREFIX_BYTES)
  prefix.writeUInt32BE(body.length, 1)
  stream.write(prefix)
  stream.end(body)
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
