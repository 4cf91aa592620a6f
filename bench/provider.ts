import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { installProvider } from '../provider/command-line.ts'
import { oneTimeCertificate } from '../provider/framework/plugin/certificate.ts'
import { createAdminApi } from '../runtime/control-plane/admin-api/index.ts'
import { MemoryStore } from '../test/contract/configuration-store/memory-store.ts'
import { installDoNothingProvider } from './install-do-nothing-provider.ts'
import type { Measurement } from './measurement.ts'

const RUNS = 7
const HANDSHAKES = 15
const COOKIE = { TF_PLUGIN_MAGIC_COOKIE: 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2' }

const PLANS = [
  { what: '1 resource', reach: 0.5, resources: routes(1) },
  { what: '100 resources', reach: 1.3, resources: routes(100) },
  { what: 'a route set of 1,000', reach: 4, resources: routeSet(1_000) },
] as const
/** Percent that the provider may add to what Terraform takes with one that does nothing. */
const ADDED = 15

/**
 * What the provider costs: how soon Terraform can talk to it, how much memory it holds, and how long plans take that find
 * nothing to do, through the real `terraform` and an installed provider. Beside each plan, in turns, the same state and
 * configuration with a provider that does nothing, which is what Terraform itself takes.
 */
export async function measure(progress: (line: string) => void): Promise<Measurement[]> {
  if (spawnSync('terraform', ['version'], { env: { PATH: process.env.PATH } }).status !== 0) {
    progress('skipped, needs terraform on the PATH')
    return []
  }
  const folder = mkdtempSync(join(tmpdir(), 'bench-provider-'))
  const store = new MemoryStore()
  const admin = createAdminApi({ store, config: { keyRequired: false, keys: [], allow: [] } })
  try {
    await admin.listen({ host: '127.0.0.1', port: 0 })
    const endpoint = `http://127.0.0.1:${(admin.server.address() as AddressInfo).port}`
    const installed = await installProvider(join(folder, 'mirror'))
    const program = join(installed.folder, `terraform-provider-antipode_v${installed.version}`)
    const handshakes: number[] = []
    for (let run = 0; run < HANDSHAKES; run++) handshakes.push(await handshake(program))
    progress(`handshakes: ${handshakes.map((ms) => ms.toFixed(0)).join(' ')} ms`)
    const beside = join(folder, 'do-nothing')
    await installDoNothingProvider(beside)
    const terraform = {
      real: terraformIn(folder, installed.mirror, endpoint),
      nothing: terraformIn(folder, beside, endpoint),
    }
    const resident: number[] = []
    const plans: Measurement[] = []
    for (const { what, reach, resources } of PLANS) {
      const { real, nothing } = await planned(terraform, resources, resident)
      const shown = (seconds: readonly number[]) => seconds.map((s) => s.toFixed(2)).join(' ')
      progress(`plan of ${what}: ${shown(real)} s; with a provider that does nothing: ${shown(nothing)} s`)
      const added = real.map((seconds, turn) => Math.max(0, 100 * (seconds / nothing[turn]! - 1)))
      plans.push(
        { what: `no-op plan of ${what}`, unit: 's', reach, values: real },
        { what: 'the same with a provider that does nothing', unit: 's', values: nothing },
        { what: `what the provider adds to that, ${what}`, unit: '%', reach: ADDED, values: added },
      )
    }
    return [
      { what: 'from start to handshake', unit: 'ms', reach: 80, values: handshakes },
      {
        what: 'resident memory of the provider, at most, with 1 resource',
        unit: 'MB',
        reach: 70,
        values: resident.slice(0, RUNS),
      },
      {
        what: 'resident memory of the provider, at most, with 1,000 routes',
        unit: 'MB',
        values: resident.slice(-RUNS),
      },
      ...plans,
    ]
  } finally {
    await admin.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function handshake(program: string): Promise<number> {
  const { certificate } = oneTimeCertificate()
  const started = performance.now()
  const child = spawn(program, [], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { PATH: process.env.PATH, ...COOKIE, PLUGIN_CLIENT_CERT: certificate },
  })
  await once(child.stdout, 'data')
  const taken = performance.now() - started
  child.kill('SIGTERM')
  await once(child, 'exit')
  return taken
}

type Run = (...args: string[]) => { readonly pid: number; readonly ended: Promise<number> }
type Workspaces = (configuration: object) => { readonly cwd: string; readonly run: Run }

function terraformIn(folder: string, mirror: string, endpoint: string): Workspaces {
  const settings = `${mirror}.rc`
  writeFileSync(
    settings,
    `disable_checkpoint = true\nprovider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`,
  )
  return (configuration) => {
    const cwd = mkdtempSync(join(folder, 'run-'))
    const required_providers = { antipode: { source: 'antipode/antipode' } }
    writeFileSync(join(cwd, 'main.tf.json'), JSON.stringify({ terraform: { required_providers }, ...configuration }))
    const run: Run = (...args) => {
      const child = spawn('terraform', args, {
        ...{ cwd, stdio: ['ignore', 'ignore', 'pipe'] },
        env: {
          ...{ PATH: process.env.PATH, HOME: folder, TF_CLI_CONFIG_FILE: settings, CHECKPOINT_DISABLE: '1' },
          ANTIPODE_ENDPOINTS: endpoint,
        },
      })
      const said = text(child.stderr!)
      const ended = once(child, 'exit').then(async ([code]) => {
        if (code !== 0) throw new Error(`terraform ${args.join(' ')}: ${await said}`)
        return Number(code)
      })
      return { pid: child.pid!, ended }
    }
    return { cwd, run }
  }
}

/** Seconds of each plan; memory of the provider is added to `resident`, in MB. */
async function planned(
  terraform: { readonly real: Workspaces; readonly nothing: Workspaces },
  resource: object,
  resident: number[],
): Promise<{ real: number[]; nothing: number[] }> {
  const own = terraform.real({ resource })
  await own.run('init').ended
  await own.run('apply', '-auto-approve').ended
  const beside = terraform.nothing({ resource })
  copyFileSync(join(own.cwd, 'terraform.tfstate'), join(beside.cwd, 'terraform.tfstate'))
  await beside.run('init').ended
  const real: number[] = []
  const nothing: number[] = []
  for (let turn = 0; turn < RUNS; turn++) {
    let started = performance.now()
    const { pid, ended } = own.run('plan', '-detailed-exitcode')
    const watched = watchMemory(pid)
    await ended
    real.push((performance.now() - started) / 1000)
    resident.push(watched())
    started = performance.now()
    const other = beside.run('plan', '-detailed-exitcode')
    // Looking costs time, too.
    const alsoWatched = watchMemory(other.pid)
    await other.ended
    nothing.push((performance.now() - started) / 1000)
    alsoWatched()
  }
  await own.run('destroy', '-auto-approve').ended
  return { real, nothing }
}

/** The most that a provider of this Terraform has held so far, from what Linux keeps of it. */
function watchMemory(terraform: number): () => number {
  let most = 0
  // Looking at every process of the machine each time would keep the control plane, which runs here, from answering.
  const looked = new Set<string>()
  const children = new Set<string>()
  const timer = setInterval(() => {
    for (const id of processes().filter((id) => !looked.has(id))) {
      looked.add(id)
      if (parentOf(id) === terraform) children.add(id)
    }
    for (const id of children) {
      try {
        const [, peak = '0'] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${id}/status`, 'utf8')) ?? []
        most = Math.max(most, Number(peak) / 1024)
      } catch {
        // It has ended in the meantime.
      }
    }
  }, 20)
  return () => {
    clearInterval(timer)
    return most
  }
}

function processes(): string[] {
  return process.platform === 'linux' ? readdirSync('/proc').filter((id) => /^\d+$/.test(id)) : []
}

function parentOf(id: string): number | undefined {
  try {
    return Number(readFileSync(`/proc/${id}/stat`, 'latin1').split(') ')[1]?.split(' ')[1])
  } catch {
    return undefined
  }
}

function routes(count: number): object {
  const route = (index: number) => ({
    ...{ name: `route-${index}`, uris: [`/${index}/*`], methods: ['GET'], plugins: { 'key-auth': {} } },
    upstream: { nodes: [{ host: '127.0.0.1', port: 8081, weight: 1 }] },
  })
  return {
    antipode_route: Object.fromEntries(Array.from({ length: count }, (_, index) => [`r${index}`, route(index)])),
  }
}

function routeSet(count: number): object {
  const entries = Array.from({ length: count }, (_, index) => {
    return [`r${index}`, { uris: [`/${index}/*`], methods: ['GET'], plugins: { 'key-auth': {} } }]
  })
  return { antipode_route_set: { all: { name: 'all', routes: Object.fromEntries(entries) } } }
}
