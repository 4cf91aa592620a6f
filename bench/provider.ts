import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { installProvider } from '../provider/command-line.ts'
import { oneTimeCertificate } from '../provider/framework/plugin/certificate.ts'
import { createAdminApi } from '../runtime/control-plane/admin-api/index.ts'
import { MemoryStore } from '../test/contract/configuration-store/memory-store.ts'
import type { Measurement } from './measurement.ts'

const RUNS = 5
const HANDSHAKES = 15
const COOKIE = { TF_PLUGIN_MAGIC_COOKIE: 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2' }

/** Configurations, and beside each what as many resources of Terraform's own cost, which ask nobody. */
const PLANS = [
  { what: '1 resource', reach: 0.5, resources: routes(1), beside: data(1) },
  { what: '100 resources', reach: 1.3, resources: routes(100), beside: data(100) },
  { what: 'a route set of 1,000', reach: 4, resources: routeSet(1_000), beside: undefined },
] as const

/**
 * What the provider costs: how soon Terraform can talk to it, how much memory it holds, and how long plans take that find
 * nothing to do, through the real `terraform` and an installed provider.
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
    const terraform = terraformIn(folder, installed.mirror, endpoint)
    const resident: number[] = []
    const plans: Measurement[] = []
    for (const { what, reach, resources, beside } of PLANS) {
      const seconds = await planned(terraform, resources, resident)
      progress(`plan of ${what}: ${seconds.map((s) => s.toFixed(2)).join(' ')} s`)
      plans.push({ what: `no-op plan of ${what}`, unit: 's', reach, values: seconds })
      if (!beside) continue
      const values = await planned(terraform, beside, [])
      plans.push({ what: `the same of as many terraform_data, which ask nobody`, unit: 's', values })
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

function terraformIn(folder: string, mirror: string, endpoint: string) {
  const settings = join(folder, 'terraform.rc')
  writeFileSync(
    settings,
    `disable_checkpoint = true\nprovider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`,
  )
  let count = 0
  return (configuration: object): Run => {
    const cwd = mkdtempSync(join(folder, `${count++}-`))
    const required_providers = { antipode: { source: 'antipode/antipode' } }
    writeFileSync(join(cwd, 'main.tf.json'), JSON.stringify({ terraform: { required_providers }, ...configuration }))
    return (...args) => {
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
  }
}

/** Seconds of each plan; memory of the provider is added to `resident`, in MB. */
async function planned(
  terraform: (configuration: object) => Run,
  resource: object,
  resident: number[],
): Promise<number[]> {
  const run = terraform({ resource })
  await run('init').ended
  await run('apply', '-auto-approve').ended
  const seconds: number[] = []
  for (let turn = 0; turn < RUNS; turn++) {
    const started = performance.now()
    const { pid, ended } = run('plan', '-detailed-exitcode')
    const watched = watchMemory(pid)
    await ended
    seconds.push((performance.now() - started) / 1000)
    resident.push(watched())
  }
  await run('destroy', '-auto-approve').ended
  return seconds
}

/** The most that a provider of this Terraform has held so far, from what Linux keeps of it. */
function watchMemory(terraform: number): () => number {
  let most = 0
  const timer = setInterval(() => {
    for (const id of childrenOf(terraform)) {
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

function childrenOf(parent: number): string[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc').filter((id) => {
    try {
      return (
        /^\d+$/.test(id) && readFileSync(`/proc/${id}/stat`, 'latin1').split(') ')[1]?.split(' ')[1] === String(parent)
      )
    } catch {
      return false
    }
  })
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

function data(count: number): object {
  const one = (index: number) => ({ input: { name: `route-${index}`, uris: [`/${index}/*`] } })
  return { terraform_data: Object.fromEntries(Array.from({ length: count }, (_, index) => [`r${index}`, one(index)])) }
}
