import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { findProcess, killTrees, signalProcess, withDescendants } from './process-table.ts'
import { type ReaperOrder, RUN_VARIABLE } from './reaper.ts'

/**
 * The process that outlives a supervisor: it reads the supervisor's orders from a pipe, and when the pipe closes,
 * however the supervisor ended, it ends every process and container and removes every path that the supervisor had not
 * taken back.
 */
const POLITE_MILLISECONDS = 1_500
/** How often no container has to be found in a row. */
const CERTAIN_LOOKS = 2

const children = new Map<number, { started: string | undefined; politeSignal: NodeJS.Signals | null }>()
const paths = new Set<string>()
const mounts = new Set<string>()
const sockets = new Set<string>()

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)

for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line) as ReaperOrder
  if (order.order === 'hold') {
    children.set(order.pid, { started: findProcess(order.pid)?.started, politeSignal: order.politeSignal })
  } else if (order.order === 'forget') children.delete(order.pid)
  else if (order.order === 'remove') paths.add(order.path)
  else if (order.order === 'unmount') mounts.add(order.path)
  else if (order.order === 'containers') sockets.add(order.socket)
  else paths.delete(order.path)
}

await reap()
for (const socket of sockets) await removeContainers(socket)
for (const path of mounts) spawnSync('umount', ['--lazy', path])
for (const path of paths) {
  rmSync(path, { recursive: true, force: true })
  removeEmptyFolder(dirname(path))
}

function removeEmptyFolder(folder: string): void {
  try {
    if (basename(folder) === '.antipode') rmdirSync(folder)
  } catch {
    // Something else is in it.
  }
}

/** What holds the paths below open. An engine that has ended itself has nothing left. */
async function removeContainers(socket: string): Promise<void> {
  const { EngineApi } = await import('../engine/docker/engine-api.ts')
  const { removeRun } = await import('../engine/docker/remove-run.ts')
  await removeRun(new EngineApi(socket), process.env[RUN_VARIABLE] ?? '', CERTAIN_LOOKS).catch(() => undefined)
}

async function reap(): Promise<void> {
  const roots = livingRoots()
  const polite = roots.filter((pid) => children.get(pid)?.politeSignal)
  const politeTrees = withDescendants(polite)
  killTrees(roots.filter((pid) => !polite.includes(pid)))
  for (const pid of polite) signalProcess(pid, children.get(pid)?.politeSignal ?? 'SIGKILL')
  for (const pid of politeTrees) signalProcess(pid, 'SIGCONT')
  const deadline = performance.now() + POLITE_MILLISECONDS
  while (politeTrees.some(findProcess) && performance.now() < deadline) await sleep(20)
  for (;;) {
    const left = [...livingRoots(), ...politeTrees.filter(findProcess)]
    if (left.length === 0) return
    killTrees(left)
    await sleep(20)
  }
}

/** Those we were told of, and those that carry our run's mark but were started too late for us to be told. */
function livingRoots(): number[] {
  const told = [...children].filter(([pid, { started }]) => findProcess(pid)?.started === started).map(([pid]) => pid)
  return [...new Set([...told, ...marked()])]
}

function marked(): number[] {
  const run = process.env[RUN_VARIABLE]
  if (process.platform !== 'linux' || !run) return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/environ`, 'latin1').split('\0').includes(`${RUN_VARIABLE}=${run}`)
      } catch {
        return false
      }
    })
    .map(Number)
    .filter(findProcess)
}
