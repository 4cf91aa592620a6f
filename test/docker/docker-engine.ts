import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const ANTIPODE = fileURLToPath(new URL('../../toolkit/cli.ts', import.meta.url))
const START_SECONDS = 60

/**
 * In a group of their own all containers together weigh as much as one process beside it, and starve on a busy machine.
 * With the groups of version 2 the usual place is left as it is.
 */
const SHARES_OF_THEIR_OWN = existsSync('/sys/fs/cgroup/cgroup.controllers')
  ? []
  : ['--exec-opt', 'native.cgroupdriver=cgroupfs', '--cgroup-parent', '/']

/** A Docker engine, and the commands that talk to it. */
export interface DockerEngine {
  /** With what is needed to reach it. */
  readonly env: NodeJS.ProcessEnv
  /** Runs `docker` and returns what it printed. */
  docker(...args: readonly string[]): Promise<string>
  /** What a container wrote so far. */
  logs(container: string): Promise<{ readonly stdout: string; readonly stderr: string }>
  /** Runs `antipode --json` and returns its result. */
  antipode(...args: readonly string[]): Promise<Record<string, unknown>>
  /** Removes what was started here, and the engine if it was. */
  close(): Promise<void>
}

/**
 * The engine of this machine; where none runs and this is root, one of the test's own, on a socket, data and network
 * settings that touch nothing else. Containers use the host's network, or a network that was made for them.
 *
 * @returns why there is none, where there is none
 */
export async function startEngine(): Promise<DockerEngine | string> {
  if (!process.env.ANTIPODE_TEST_DOCKER) return 'ANTIPODE_TEST_DOCKER is not set; `npm run test:docker` sets it'
  if (process.platform !== 'linux')
    return 'containers are reached through the host’s network, which they are on Linux alone'
  if (await succeeds('docker', ['version'])) return engine(process.env, async () => undefined)
  if (process.getuid?.() !== 0) return 'no Docker engine runs, and only root can start one'
  if (!(await succeeds('dockerd', ['--version']))) return 'no Docker engine runs, and there is no dockerd to start'
  return startOwn()
}

async function startOwn(): Promise<DockerEngine | string> {
  const folder = mkdtempSync(join(tmpdir(), 'antipode-docker-'))
  const log = join(folder, 'log')
  const host = `unix://${join(folder, 'socket')}`
  const output = openSync(log, 'w')
  const daemon = spawn(
    'dockerd',
    [
      ...['--host', host, '--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec')],
      ...['--pidfile', join(folder, 'pid'), '--bridge', 'none', '--iptables=false', '--ip6tables=false'],
      ...SHARES_OF_THEIR_OWN,
    ],
    { stdio: ['ignore', output, output] },
  )
  const ended = once(daemon, 'exit')
  const kill = () => void daemon.kill()
  process.once('exit', kill)
  const close = async () => {
    daemon.kill()
    await ended
    process.off('exit', kill)
    // The namespace that containers share with the host outlives the daemon.
    const mounts = readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .map((line) => line.split(' ')[1] ?? '')
    for (const mount of mounts.filter((it) => it.startsWith(folder)).reverse()) await run('umount', [mount])
    rmSync(folder, { recursive: true, force: true })
  }
  const env = { ...process.env, DOCKER_HOST: host, DOCKER_CONFIG: join(folder, 'config') }
  for (const deadline = performance.now() + START_SECONDS * 1000; performance.now() < deadline; await sleep(100)) {
    if (await succeeds('docker', ['version'], env)) return engine(env, close)
    if (daemon.exitCode !== null) break
  }
  const words = existsSync(log) ? (readFileSync(log, 'utf8').trim().split('\n').at(-1) ?? '') : ''
  await close()
  return `dockerd does not start here: ${words}`
}

function engine(env: NodeJS.ProcessEnv, end: () => Promise<void>): DockerEngine {
  const label = `antipode-test=${process.pid}`
  const docker = async (...args: readonly string[]) => {
    const labelled = args[0] === 'run' ? ['run', '--label', label, ...args.slice(1)] : args
    return (await run('docker', labelled, { env, maxBuffer: 2 ** 26 })).stdout.trim()
  }
  return {
    env,
    docker,
    logs: (container) => run('docker', ['logs', container], { env }),
    antipode: async (...args) => {
      const { stdout } = await run(process.execPath, [ANTIPODE, ...args, '--json'], { env })
      return JSON.parse(stdout)
    },
    close: async () => {
      const left = await docker('ps', '--all', '--quiet', '--filter', `label=${label}`)
      if (left) await docker('rm', '--force', '--volumes', ...left.split('\n'))
      await end()
    },
  }
}

async function succeeds(program: string, args: readonly string[], env = process.env): Promise<boolean> {
  return run(program, args, { env }).then(
    () => true,
    () => false,
  )
}
