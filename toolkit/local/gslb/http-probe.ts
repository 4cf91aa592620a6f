import { request } from 'node:http'

const CONNECT_MILLISECONDS = 4_000
const RESPONSE_MILLISECONDS = 2_000

export interface ProbeTarget {
  readonly host: string
  readonly port: number
  readonly path: string
}

/**
 * One HTTP check as Route 53 makes it: a new connection within four seconds, then a status of 2xx or 3xx within two.
 */
export function probeHttp({ host, port, path }: ProbeTarget): Promise<boolean> {
  return new Promise((resolve) => {
    const headers = { connection: 'close', 'user-agent': 'antipode-health-check' }
    const probe = request({ host, port, path, headers, agent: false })
    const finish = (success: boolean): void => {
      clearTimeout(patience)
      probe.destroy()
      resolve(success)
    }
    let patience = setTimeout(finish, CONNECT_MILLISECONDS, false)
    probe.once('socket', (socket) =>
      socket.once('connect', () => {
        clearTimeout(patience)
        patience = setTimeout(finish, RESPONSE_MILLISECONDS, false)
      }),
    )
    probe.on('error', () => finish(false))
    probe.once('response', ({ statusCode = 0 }) => finish(statusCode >= 200 && statusCode < 400))
    probe.end()
  })
}
