import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, until } from '../../toolkit/local/database/linked-databases.ts'
import { HttpListener } from './http-listener.ts'
import type { Receiver } from './receiver.ts'

const PROMETHEUS = process.env.ANTIPODE_PROMETHEUS || 'prometheus'

/** Why there is none, or false. */
export const prometheusMissing = spawnSync(PROMETHEUS, ['--version']).error
  ? 'prometheus (of the Debian package of that name) is not installed'
  : false

/** A real Prometheus behind a listener that can be down, and can lose an answer. */
export async function prometheusReceiver(): Promise<Receiver> {
  const folder = await mkdtemp(join(tmpdir(), 'antipode-prometheus-'))
  await writeFile(join(folder, 'prometheus.yml'), 'global: {}\n')
  const origin = `http://127.0.0.1:${await freePort()}`
  const server = spawn(
    PROMETHEUS,
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${origin.slice('http://'.length)}`,
      '--web.enable-remote-write-receiver',
    ],
    { stdio: 'ignore' },
  )
  const ready = () =>
    fetch(`${origin}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    )
  await until('Prometheus is ready', ready, 60)
  const listener = new HttpListener(async ({ method, path, headers, raw }) => {
    const { host: _, connection: __, 'content-length': ___, ...kept } = headers
    const answer = await fetch(origin + path, {
      method,
      headers: kept as Record<string, string>,
      body: new Uint8Array(raw),
    })
    return { status: answer.status, body: await answer.text() }
  })
  await listener.up()
  return {
    settings: { name: 'prometheus', type: 'prometheus-remote-write', url: `${listener.url}/api/v1/write` },
    calls: async (route) => {
      // Of every counter that there ever was: those of a sink that was opened anew begin again.
      const query = `sum(last_over_time(antipode_calls_total{route="${route}"}[1h]))`
      const answer = await fetch(`${origin}/api/v1/query?query=${encodeURIComponent(query)}`)
      const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } }
      return Number(data.result[0]?.value[1] ?? 0)
    },
    up: () => listener.up(),
    down: () => listener.down(),
    loseNextAnswer: () => listener.loseNextAnswer(),
    async stop() {
      await listener.down()
      const exited = once(server, 'exit')
      server.kill()
      await exited
      await rm(folder, { recursive: true, force: true })
    },
  }
}
