import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { HeaderList } from './header-list.ts'

/**
 * Joins the client's and the upstream's sockets after a switch of protocols. Both end together; silence in both
 * directions for `idle` milliseconds ends them too.
 */
export function tunnel(response: ServerResponse, headers: HeaderList, upstream: Socket, idle: number): void {
  const client = response.socket
  if (!client) {
    upstream.destroy()
    return
  }
  response.detachSocket(client)
  const lines = ['HTTP/1.1 101 Switching Protocols']
  for (let index = 0; index < headers.raw.length; index += 2) {
    lines.push(`${headers.raw[index]}: ${headers.raw[index + 1]}`)
  }
  client.write(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
  client.setTimeout(0)
  upstream.setTimeout(idle, () => upstream.destroy())
  const end = () => {
    client.destroy()
    upstream.destroy()
  }
  client.on('error', end).on('close', end)
  // The call is over only now; whoever waits for that listens to the response.
  client.once('close', () => response.emit('close'))
  upstream.on('error', end).on('close', end)
  upstream.pipe(client)
  client.pipe(upstream)
}
