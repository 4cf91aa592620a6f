import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type ClientHttp2Session, connect } from 'node:http2'
import { connect as connectSocket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { buffer } from 'node:stream/consumers'
import { connect as connectTls } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { type OneTimeCertificate, oneTimeCertificate } from '../../../provider/framework/plugin/certificate.ts'
import { decodeMessage, encodeMessage } from '../../../provider/framework/wire/message.ts'
import { CALLS, type CallName } from '../../../provider/framework/wire/plugin-protocol.ts'

const MAIN = fileURLToPath(new URL('../../../provider/main.ts', import.meta.url))
export const COOKIE = { TF_PLUGIN_MAGIC_COOKIE: 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2' }

export interface Answered {
  readonly status: number
  readonly text: string
  readonly body: Buffer
}

/** A provider as Terraform starts it: a process, the line that it says, and a connection. */
export class StartedProvider {
  readonly child: ChildProcess
  readonly folder = mkdtempSync(join(tmpdir(), 'antipode-test-'))
  readonly stdout: string[] = []
  #own: OneTimeCertificate | undefined
  #session: ClientHttp2Session | undefined

  /** @param command what starts it @default Node, and this checkout's provider */
  constructor(env: NodeJS.ProcessEnv = {}, { tls = true, command = [process.execPath, MAIN] } = {}) {
    this.#own = tls ? oneTimeCertificate() : undefined
    const [program = '', ...args] = command
    this.child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...{ PATH: process.env.PATH, TMPDIR: this.folder, ...COOKIE },
        ...(this.#own && { PLUGIN_CLIENT_CERT: this.#own.certificate }),
        ...env,
      },
    })
    createInterface({ input: this.child.stdout! }).on('line', (line) => this.stdout.push(line))
  }

  /** The line by which it says where it listens. */
  async announced(): Promise<string> {
    while (this.stdout.length === 0) await once(this.child.stdout!, 'data')
    return this.stdout[0]!
  }

  async connect(): Promise<void> {
    const [, , , socket = '', , certificate = ''] = (await this.announced()).split('|')
    const padded = Buffer.from(certificate, 'base64').toString('base64')
    const ca = `-----BEGIN CERTIFICATE-----\n${padded.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`
    const own = this.#own
    this.#session = connect(own ? 'https://localhost' : 'http://localhost', {
      createConnection: () =>
        own
          ? connectTls({
              ...{ path: socket, ca, cert: own.certificate, key: own.key },
              servername: 'localhost',
              ALPNProtocols: ['h2'],
            })
          : connectSocket(socket),
    })
    this.#session.on('error', () => undefined)
    await once(this.#session, 'connect')
  }

  /** A call with any bytes, at any path. */
  async send(path: string, bytes: Uint8Array): Promise<Answered> {
    const stream = this.#session!.request({
      ':method': 'POST',
      ':path': path,
      te: 'trailers',
      'content-type': 'application/grpc',
    })
    let told: Record<string, unknown> = {}
    stream.on('response', (headers) => (told = { ...told, ...headers }))
    stream.on('trailers', (headers) => (told = { ...told, ...headers }))
    stream.end(bytes)
    const body = await buffer(stream)
    return { status: Number(told['grpc-status']), text: decodeURIComponent(String(told['grpc-message'] ?? '')), body }
  }

  /** A call as Terraform makes it. */
  async call(name: CallName, request: object = {}) {
    const message = encodeMessage(CALLS[name].request, request)
    const { status, text, body } = await this.send(`/tfplugin6.Provider/${name}`, framed(message))
    if (status !== 0) throw new Error(`${name}: ${status} ${text}`)
    return decodeMessage(CALLS[name].response, body.subarray(5))
  }

  async exited(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit')
    return this.child.exitCode
  }

  async close(): Promise<void> {
    this.#session?.destroy()
    this.child.kill('SIGKILL')
    await this.exited()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

export function framed(message: Uint8Array): Buffer {
  const prefix = Buffer.alloc(5)
  prefix.writeUInt32BE(message.length, 1)
  return Buffer.concat([prefix, message])
}
