import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, until } from '../toolkit/local/database/linked-databases.ts'

/** Why no registry can run here, or false. */
export const noRegistry: false | string =
  spawnSync('docker-registry', ['--version']).status === 0 ? false : 'needs docker-registry on the PATH'

export interface Registry {
  /** `127.0.0.1:<port>` */
  readonly host: string
  /** Requests that it has answered. */
  requests(): string
  close(): Promise<void>
}

/** A container registry on this machine, with nothing in it. */
export async function startRegistry(): Promise<Registry> {
  const folder = mkdtempSync(join(tmpdir(), 'antipode-registry-'))
  const host = `127.0.0.1:${await freePort()}`
  const config = {
    version: 0.1,
    storage: { filesystem: { rootdirectory: join(folder, 'images') } },
    http: { addr: host },
  }
  writeFileSync(join(folder, 'config.yml'), JSON.stringify(config))
  const registry = spawn('docker-registry', ['serve', join(folder, 'config.yml')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(registry, 'exit')
  const kill = () => void registry.kill()
  process.once('exit', kill)
  let log = ''
  for (const stream of [registry.stdout, registry.stderr]) stream.on('data', (text) => (log += text))
  await until('the registry answers', async () => {
    const answer = await fetch(`http://${host}/v2/`).catch(() => undefined)
    return answer?.status === 200
  })
  return {
    host,
    requests: () => log,
    close: async () => {
      registry.kill()
      await ended
      process.off('exit', kill)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
