import { connect } from 'node:net'

/**
 * Sends bytes as they are and gathers all that comes until the server ends the connection, or until `enough` of it.
 * `\n` in the text is sent as CRLF.
 */
export function exchange(port: number, text: string | Buffer, enough?: (received: string) => boolean): Promise<string> {
  return new Promise((resolve) => {
    let received = ''
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(typeof text === 'string' ? text.replaceAll('\n', '\r\n') : text)
    })
    const finish = () => {
      socket.destroy()
      resolve(received)
    }
    socket.on('data', (part) => {
      received += part.toString('latin1')
      if (enough?.(received)) finish()
    })
    socket.on('close', finish)
    socket.on('error', finish)
  })
}
