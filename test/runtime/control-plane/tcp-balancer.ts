import { connect, createServer, type Server, type Socket } from 'node:net'

/** As a network load balancer would: each new connection to the next target in turn that takes it. */
export class TcpBalancer {
  readonly port: number
  /** Connections taken so far. */
  taken = 0
  readonly #server: Server
  readonly #sockets: Set<Socket>

  private constructor(server: Server, port: number, sockets: Set<Socket>) {
    this.#server = server
    this.port = port
    this.#sockets = sockets
  }

  /** @param targets ports of 127.0.0.1, whether anybody listens there or not */
  static async start(targets: readonly number[]): Promise<TcpBalancer> {
    const sockets = new Set<Socket>()
    let turn = 0
    const keep = (socket: Socket) => {
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => sockets.delete(socket))
    }
    const forward = (client: Socket, left: number): void => {
      const target = connect(targets[turn++ % targets.length]!, '127.0.0.1')
      keep(target)
      target.once('connect', () => {
        client.pipe(target).pipe(client)
        client.once('close', () => target.destroy())
        target.once('close', () => client.destroy())
        target.removeAllListeners('error').on('error', () => client.destroy())
      })
      target.once('error', () => (left > 1 ? forward(client, left - 1) : client.destroy()))
    }
    const server = createServer((client) => {
      balancer.taken += 1
      keep(client)
      forward(client, targets.length)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const balancer = new TcpBalancer(server, (server.address() as { port: number }).port, sockets)
    return balancer
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
