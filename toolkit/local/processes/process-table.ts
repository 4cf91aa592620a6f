import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

export interface ProcessEntry {
  readonly pid: number
  readonly parent: number
  /** When it started, in the system's own words: tells a process from a later one with the same id. */
  readonly started: string
  /** It has ended, and its parent has not asked how. */
  readonly defunct: boolean
}

/** Every process of the machine: from `/proc`, and by `ps` where there is none. */
export function readProcessTable(): Map<number, ProcessEntry> {
  const entries = process.platform === 'linux' ? fromProc() : fromPs()
  return new Map(entries.filter((entry) => !entry.defunct).map((entry) => [entry.pid, entry]))
}

/** One process; undefined when it has ended. */
export function findProcess(pid: number): ProcessEntry | undefined {
  if (process.platform !== 'linux') return readProcessTable().get(pid)
  const entry = readStat(pid)
  return entry?.defunct ? undefined : entry
}

/** The roots that live, and everything that descends from them. */
export function withDescendants(roots: Iterable<number>): number[] {
  const table = readProcessTable()
  const children = Map.groupBy(table.values(), (entry) => entry.parent)
  const found = new Set<number>()
  const visit = (pid: number): void => {
    if (!table.has(pid) || found.has(pid)) return
    found.add(pid)
    for (const child of children.get(pid) ?? []) visit(child.pid)
  }
  for (const root of roots) visit(root)
  return [...found]
}

/** Sends a signal; false when the process has ended. */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}

/**
 * Stops every process of the trees. Parents first, and again until nothing new appears, so that none can have a child
 * that is missed. Answers with all of them.
 */
export function freezeTrees(roots: readonly number[]): number[] {
  const frozen = new Set<number>()
  for (;;) {
    const fresh = withDescendants([...roots, ...frozen]).filter((pid) => !frozen.has(pid))
    if (fresh.length === 0) return [...frozen]
    for (const pid of fresh) {
      signalProcess(pid, 'SIGSTOP')
      frozen.add(pid)
    }
  }
}

/** SIGKILL to every process of the trees, stopped or not. Answers with all of them. */
export function killTrees(roots: readonly number[]): number[] {
  const pids = freezeTrees(roots)
  for (const pid of pids) signalProcess(pid, 'SIGKILL')
  return pids
}

function fromProc(): ProcessEntry[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readStat(Number(name)))
    .filter((entry) => entry !== undefined)
}

/** Fields after the command, which stands in brackets and may hold anything: state, parent, …, start time (22nd). */
function readStat(pid: number): ProcessEntry | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const defunct = fields[0] === 'Z' || fields[0] === 'X'
    return { pid, parent: Number(fields[1]), started: fields[19] ?? '', defunct }
  } catch {
    return undefined
  }
}

function fromPs(): ProcessEntry[] {
  const table = execFileSync('ps', ['-axo', 'pid=,ppid=,stat=,lstart='], { encoding: 'utf8' })
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields.length > 3)
    .map(([pid, parent, state, ...started]) => ({
      pid: Number(pid),
      parent: Number(parent),
      started: started.join(' '),
      defunct: state?.startsWith('Z') ?? false,
    }))
}
