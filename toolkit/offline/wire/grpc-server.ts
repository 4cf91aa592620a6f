import { createServer, type Http2Session, type ServerHttp2Stream } from 'node:http2'
import type { Message } from './protobuf.ts'
import { decodeMessage, encodeMessage, type MessageType } from './protobuf.ts'

/** One call of a service: what it takes, what it answers. All calls of the Terraform plugin protocol are of this kind. */
export interface Call {
  readonly request: MessageType
  readonly response: MessageType
  readonly answer: (request: Message, caller: Http2Session) => Message | Promise<Message>
}

export interface GrpcServer {
  readonly socket: string
  close(): Promise<void>
}

// https://grpc.github.io/grpc/core/md_doc_statuscodes.html
const OK = 0
const INTERNAL = 13
const UNIMPLEMENTED = 12
const PREFIX_BYTES = 5

/**
 * Serves unary gRPC calls on a unix socket: HTTP/2 without TLS, a five-byte prefix before each message, the status in
 * the trailers (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md). Nobody but this user reaches it.
 *
 * @param calls by path, such as `/tfplugin5.Provider/GetSchema`
 */
export async function serveGrpc(socket: string, calls: Readonly<Record<string, Call>>): Promise<GrpcServer> {
  const server = createServer()
  const sessions = new Set<Http2Session>()
  server.on('session', (session) => {
    sessions.add(session)
    session.once('close', () => sessions.delete(session))
    // Terraform looks whether somebody listens, and hangs up when it is done: neither is a failure.
    session.on('error', () => undefined)
  })
  server.on('sessionError', () => undefined)
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined)
    const call = calls[String(headers[':path'])]
    if (call) void answer(stream, call)
    else finish(stream, UNIMPLEMENTED, `${String(headers[':path'])} is not served offline`)
  })
  await new Promise<void>((listening, fail) => {
    server.once('error', fail)
    server.listen(socket, listening)
  })
  return {
    socket,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed())
        for (const session of sessions) session.destroy()
      }),
  }
}

async function answer(stream: ServerHttp2Stream, call: Call): Promise<void> {
  try {
    const chunks: Buffer[] = []
    for await (const chunk of stream) chunks.push(chunk as Buffer)
    const request = decodeMessage(call.request, Buffer.concat(chunks).subarray(PREFIX_BYTES))
    const session = stream.session
    if (!session) return
    finish(stream, OK, '', encodeMessage(call.response, await call.answer(request, session)))
  } catch (error) {
    finish(stream, INTERNAL, error instanceof Error ? `${error.message}\n${error.stack}` : String(error))
  }
}

function finish(stream: ServerHttp2Stream, status: number, text: string, body?: Buffer): void {
  if (stream.destroyed) return
  stream.respond({ ':status': 200, 'content-type': 'application/grpc+proto' }, { waitForTrailers: true })
  stream.once('wantTrailers', () => {
    stream.sendTrailers({ 'grpc-status': String(status), 'grpc-message': encodeURIComponent(text) })
  })
  if (!body) return void stream.end()
  const prefix = Buffer.alloc(PREFIX_BYTES)
  prefix.writeUInt32BE(body.length, 1)
  stream.end(Buffer.concat([prefix, body]))
}
