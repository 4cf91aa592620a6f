import { spawn } from 'node:child_process'
import { readFileSync, readlinkSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import type { FilteredWay, PacketFilter, PacketRule } from '../../links/packet-filter.ts'
import type { End } from '../../links/region-links.ts'

/** A container that runs. */
export interface ContainerProcess {
  readonly id: string
  /** Of its root process, as the engine knows it. */
  readonly pid: number
}

/** Takes every kind of rule there is. */
const SAMPLE: FilteredWay = {
  at: { host: '192.0.2.1', port: 9 },
  out: { cut: true, loss: 0.5 },
  back: { cut: true, loss: 0.5 },
}

/**
 * Why packets cannot be dropped in the network namespaces of containers from here, found out by doing so in a new one;
 * undefined where they can.
 */
export async function whyNoNamespaces(): Promise<string | undefined> {
  try {
    await restore(['unshare', '--net'], tableOf([SAMPLE]))
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

/** Drops packets in the network namespaces of containers, with the packet filter of the kernel that they share. */
export class NamespaceFilter implements PacketFilter {
  readonly #containerOf: (part: End) => ContainerProcess | undefined

  constructor(containerOf: (part: End) => ContainerProcess | undefined) {
    this.#containerOf = containerOf
  }

  async apply(part: End, ways: readonly FilteredWay[]): Promise<boolean> {
    const container = this.#containerOf(part)
    const namespace = container && namespaceOf(container)
    if (namespace === undefined) return false
    await restore(['nsenter', `--net=${namespace}`], tableOf(ways))
    return true
  }
}

/**
 * The network namespace of a container; undefined where it has ended.
 *
 * @throws Error where the process is none of this container, as with an engine in a machine of its own: its number then
 *   means another process here, whose network is nobody's to touch
 */
function namespaceOf({ id, pid }: ContainerProcess): string | undefined {
  const namespace = `/proc/${pid}/ns/net`
  try {
    const isItsOwn = readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(id)
    if (isItsOwn && readlinkSync(namespace) !== readlinkSync('/proc/self/ns/net')) return namespace
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  throw new Error(`process ${pid} is not the container's`)
}

/** The whole filter table of a namespace, in which nobody else has rules. */
export function tableOf(ways: readonly FilteredWay[]): string {
  const rules = ways.flatMap(({ at, out, back }) => [
    ...dropped(out).map((how) => `-A OUTPUT -p tcp -d ${at.host} --dport ${at.port} ${how}`),
    ...dropped(back).map((how) => `-A INPUT -p tcp -s ${at.host} --sport ${at.port} ${how}`),
  ])
  return ['*filter', ':INPUT ACCEPT', ':FORWARD ACCEPT', ':OUTPUT ACCEPT', ...rules, 'COMMIT', ''].join('\n')
}

function dropped({ cut, loss }: PacketRule): string[] {
  return [
    ...(cut ? ['-j DROP'] : []),
    ...(loss > 0 ? [`-m statistic --mode random --probability ${loss.toFixed(6)} -j DROP`] : []),
  ]
}

/** Puts a table in force, at once or not at all. @param entering the command, with arguments, that enters the namespace */
async function restore([command = '', ...args]: readonly string[], table: string): Promise<void> {
  const child = spawn(command, [...args, 'iptables-restore'], { stdio: ['pipe', 'ignore', 'pipe'] })
  child.stdin.on('error', () => undefined)
  child.stdin.end(table)
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const [code, words] = await Promise.all([ended, text(child.stderr)])
  if (code !== 0) throw new Error(words.trim().split('\n').at(-1) || `${command} ended with ${code}`)
}
