import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { readMessages, type WireMessage } from './wire-message.ts'

export interface Script {
  readonly bytes: Buffer
  readonly thenCloses: boolean
}

const OK: Script = { bytes: Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'), thenCloses: false }

/** An upstream of bare bytes that plays what it is given to each request, and remembers every byte that came. */
export class ScriptedUpstream {
  readonly #server: Server
  /** Whether each has answered all that came on it. */
  readonly #sockets = new Map<Socket, () => boolean>()
  #script = OK
  #received: string[] = []

  private constructor() {
    this.#server = createServer((socket) => this.#accept(socket))
  }

  static async start(): Promise<ScriptedUpstream> {
    const upstream = new ScriptedUpstream()
    await new Promise<void>((resolve) => upstream.#server.listen(0, '127.0.0.1', resolve))
    return upstream
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Open connections on which a request stands without its answer. */
  get unanswered(): number {
    return [...this.#sockets.values()].filter((isAnswered) => !isAnswered()).length
  }

  /** Forgets what came, ends every connection, and plays this from now on. */
  play(script: Script = OK): void {
    for (const socket of this.#sockets.keys()) socket.destroy()
    this.#received = []
    this.#script = script
  }

  /** Everything that came on all connections, in the order in which they were opened. */
  get received(): WireMessage[] {
    return this.#received.flatMap((bytes) => readMessages(bytes))
  }

  stop(): void {
    this.play()
    this.#server.close()
  }

  #accept(socket: Socket): void {
    const connection = this.#received.push('') - 1
    const received = this.#received
    const { bytes, thenCloses } = this.#script
    let answered = 0
    this.#sockets.set(socket, () => readMessages(received[connection]!).length === answered)
    socket.on('error', () => {})
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('data', (part) => {
      received[connection] += part.toString('latin1')
      const complete = readMessages(received[connection]!).filter(({ isComplete }) => isComplete).length
      for (; answered < complete && !socket.writableEnded; answered++) {
        socket.write(bytes)
        if (thenCloses) socket.end()
      }
    })
  }
}
