import type { Server } from 'node:net'
import { AntipodeError } from '../model/errors.ts'
import type { Endpoint } from '../model/runtime-config.ts'

/**
 * Listens, together with other processes where the system lets several share a port (Linux): the kernel then spreads
 * connections over them.
 *
 * @throws AntipodeError PORT_IN_USE
 */
export async function listen(server: Server, { ip, port }: Endpoint, what: string): Promise<void> {
  try {
    await listenOn(server, { host: ip, port, reusePort: process.platform === 'linux' })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EADDRINUSE') throw error
    throw new AntipodeError('PORT_IN_USE', { address: ip, port, what, holder: 'another process' }, { cause: error })
  }
}

function listenOn(server: Server, options: { host: string; port: number; reusePort: boolean }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(options, () => {
      server.off('error', reject)
      resolve()
    })
  })
}
