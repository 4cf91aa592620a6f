import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import type { LocalTopology, Part } from '../../toolkit/local/local-topology.ts'

const CONNECT = `
const [host, port] = process.argv.slice(1)
const socket = require('node:net').connect(Number(port), host)
const say = (what) => { console.log(what); process.exit() }
socket.once('connect', () => say('taken'))
socket.once('error', ({ code }) => say(code))
setTimeout(say, 2_000, 'silence')
`

/** Goes on until its input ends, and sends every line of it. */
const SPEAK = `
const [host, port] = process.argv.slice(1)
const socket = require('node:net').connect(Number(port), host, () => console.log('taken'))
socket.on('error', () => {})
process.stdin.on('data', (line) => socket.write(line)).on('end', () => process.exit())
`

/** A connection that is open. */
export interface OpenConnection {
  send(): void
  /** Bytes that it has sent and that nobody has confirmed, as the system tells. */
  unconfirmed(): Promise<number>
  close(): void
}

/** A rule that drops packets in a container's network namespace. */
export interface Drop {
  readonly chain: 'INPUT' | 'OUTPUT'
  /** Where the way begins. */
  readonly host: string
  readonly port: string
  /** Share of the packets, 0 to 1. */
  readonly share: number
  /** How many it has met. */
  readonly packets: number
}

/** Looks at a topology's containers from inside their network namespaces, as its own supervisor does not. */
export class NetworkNamespaces {
  readonly #local: LocalTopology

  constructor(local: LocalTopology) {
    this.#local = local
  }

  async drops(region: string, part: Part): Promise<Drop[]> {
    const saved = await this.#inside(region, part, 'iptables-save', '--counters', '--table', 'filter')
    return saved.split('\n').flatMap((line) => {
      const rule = /^\[(\d+):\d+\] -A (INPUT|OUTPUT) -[sd] (\S+)\/32 .*--[sd]port (\d+) (.*)-j DROP$/.exec(line)
      if (!rule) return []
      const [, packets, chain, host, port, how = ''] = rule
      const share = Number(/--probability (\S+)/.exec(how)?.[1] ?? 1)
      return [{ chain: chain as Drop['chain'], host: host!, port: port!, share, packets: Number(packets) }]
    })
  }

  /** What becomes of a new connection: `taken`, `silence`, or the error. */
  connect(region: string, part: Part, { host, port }: Pick<Drop, 'host' | 'port'>): Promise<string> {
    return this.#inside(region, part, process.execPath, '--eval', CONNECT, host, port)
  }

  async open(region: string, part: Part, { host, port }: Pick<Drop, 'host' | 'port'>): Promise<OpenConnection> {
    const enter = await this.#entering(region, part)
    const child = spawn('nsenter', [enter, process.execPath, '--eval', SPEAK, host, port], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    await once(createInterface({ input: child.stdout }), 'line')
    // As the system writes them: the bytes of the address from the last to the first.
    const bytes = host.split('.').map((byte) => Number(byte).toString(16).padStart(2, '0'))
    const remote = `${bytes.reverse().join('')}:${Number(port).toString(16).padStart(4, '0')}`.toUpperCase()
    return {
      send: () => void child.stdin.write('hello\n'),
      unconfirmed: async () => {
        const table = await this.#inside(region, part, 'cat', '/proc/net/tcp')
        const rows = table.split('\n').map((row) => row.trim().split(/\s+/))
        const queues = rows.filter(([, , address, state]) => address === remote && state === '01').map((row) => row[4]!)
        return Math.max(0, ...queues.map((queue) => Number.parseInt(queue.split(':')[0]!, 16)))
      },
      close: () => void child.stdin.end(),
    }
  }

  async #inside(region: string, part: Part, ...command: readonly string[]): Promise<string> {
    return (await promisify(execFile)('nsenter', [await this.#entering(region, part), ...command])).stdout.trim()
  }

  async #entering(region: string, part: Part): Promise<string> {
    const { regions } = await this.#local.describe()
    const { controlPlane, dataPlane, database } = regions.find(({ name }) => name === region)!.processes
    const [pid] = { 'control-plane': controlPlane, 'data-plane': dataPlane, database }[part]
    return `--net=/proc/${pid}/ns/net`
  }
}
