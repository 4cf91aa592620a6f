import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { Pool } from 'undici'
import { type Measurement, median } from './measurement.ts'

interface Measured {
  readonly child: ChildProcess
  readonly port: number
  readonly microseconds: number[]
}

const CONNECTIONS = 16
const ROUNDS = 7
const REQUESTS = 5_000
const ROUTES = 1_000

/**
 * What a call costs, beside a bare node:http proxy in the same run; interleaved, so that a noisy machine is noisy for
 * all alike. CPU time and not calls a second: the load and the upstream share the machine.
 */
export async function measure(say: (line: string) => void): Promise<Measurement[]> {
  const upstream = await start('upstream')
  const port = String(upstream.port)
  const bare = await start('bare', port)
  const gateway = await start('gateway', port, String(ROUTES), 'false')
  const withPlugins = await start('gateway', port, String(ROUTES), 'true')
  try {
    for (let round = 0; round <= ROUNDS; round++) {
      for (const { child, port: target, microseconds } of [bare, gateway, withPlugins]) {
        const before = await cpuTime(child)
        await load(target)
        // The first round only warms up.
        if (round > 0) microseconds.push(((await cpuTime(child)) - before) / REQUESTS)
      }
    }
  } finally {
    for (const { child } of [upstream, bare, gateway, withPlugins]) child.disconnect()
  }
  const ratio = (measured: Measured) => measured.microseconds.map((value, round) => value / bare.microseconds[round]!)
  const each = { bare, gateway, withPlugins }
  say(
    Object.entries(each)
      .map(([name, { microseconds: values }]) => `${name} ${median(values).toFixed(1)} µs`)
      .join(', '),
  )
  return [
    { what: 'CPU per call, bare node:http proxy', unit: 'µs', values: bare.microseconds },
    { what: 'CPU per call, data plane', unit: 'µs', values: gateway.microseconds },
    { what: 'CPU per call, data plane, key-auth and proxy-rewrite', unit: 'µs', values: withPlugins.microseconds },
    { what: 'CPU per call, data plane ÷ bare proxy', unit: '×', values: ratio(gateway) },
    { what: 'CPU per call, with plugins ÷ bare proxy', unit: '×', values: ratio(withPlugins) },
  ]
}

async function start(...parameters: string[]): Promise<Measured> {
  const child = fork(join(import.meta.dirname, 'data-plane-process.ts'), parameters)
  const [port] = (await once(child, 'message')) as [number]
  return { child, port, microseconds: [] }
}

async function cpuTime(child: ChildProcess): Promise<number> {
  const answer = once(child, 'message')
  child.send('cpu')
  return ((await answer) as [number])[0]
}

async function load(port: number): Promise<void> {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: CONNECTIONS })
  const headers = { 'user-agent': 'bench', accept: '*/*', apikey: 'bench' }
  let next = 0
  const worker = async () => {
    while (next < REQUESTS) {
      const path = `/v1/resource-${next++ % ROUTES}/items?page=1`
      const { statusCode, body } = await pool.request({ path, method: 'GET', headers })
      await body.dump()
      if (statusCode !== 200) throw new Error(`answered ${statusCode}`)
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, worker))
  await pool.close()
}
