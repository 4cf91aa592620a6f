import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type RunningDataPlane, runDataPlane } from '../../../../runtime/data-plane/main.ts'
import type { DataPlaneStatus } from '../../../../runtime/data-plane/status-server.ts'
import { loadRuntimeConfig } from '../../../../runtime/model/load-runtime-config.ts'
import { type Resources, TestAuthority, TestControlPlane } from './test-control-plane.ts'

export interface TestDataPlaneOptions {
  readonly controlPlanes: readonly string[]
  readonly cacheDir?: string
  /** Further keys of `config.yaml`, at the top. */
  readonly extra?: object
}

/** A data plane on ports of its own, with what tests ask of it. */
export class TestDataPlane {
  readonly running: RunningDataPlane

  private constructor(running: RunningDataPlane) {
    this.running = running
  }

  static async start(authority: TestAuthority, options: TestDataPlaneOptions): Promise<TestDataPlane> {
    const { cert, key, ca } = await authority.bundle()
    const file = {
      apisix: { node_listen: [{ ip: '127.0.0.1', port: 0 }], status: { ip: '127.0.0.1', port: 0 } },
      deployment: {
        role: 'data_plane',
        role_data_plane: { control_plane: { host: options.controlPlanes } },
        certs: { cert, cert_key: key, trusted_ca_cert: ca },
      },
      antipode: { region: 'us-east-1', ...(options.cacheDir ? { cache_dir: options.cacheDir } : {}) },
      ...options.extra,
    }
    const { config } = loadRuntimeConfig(JSON.stringify(file), 'config.yaml', {})
    return new TestDataPlane(await runDataPlane(config))
  }

  get port(): number {
    return this.running.ports[0]!
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  async status(): Promise<DataPlaneStatus> {
    const answer = await fetch(`http://127.0.0.1:${this.running.statusPort}/status`)
    return (await answer.json()) as DataPlaneStatus
  }

  async isReady(): Promise<boolean> {
    return (await fetch(`http://127.0.0.1:${this.running.statusPort}/status/ready`)).ok
  }

  /** Waits until the status has what is asked for. */
  until(holds: (status: DataPlaneStatus) => boolean): Promise<void> {
    return until(async () => holds(await this.status()))
  }

  untilRevision(revision: number, epoch?: number): Promise<void> {
    return this.until(({ version }) => version?.revision === revision && (epoch ?? version.epoch) === version.epoch)
  }

  stop(): Promise<void> {
    return this.running.stop()
  }
}

/** Waits for a condition, generously: machines under load are slow. */
export async function until(holds: () => boolean | Promise<boolean>, seconds = 30): Promise<void> {
  const deadline = Date.now() + seconds * 1000
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`did not come true within ${seconds} s: ${holds}`)
    await delay(20)
  }
}

/** A control plane and a data plane that follows it, and all that must be cleaned up behind them. */
export interface Deployment {
  readonly authority: TestAuthority
  readonly controlPlane: TestControlPlane
  readonly dataPlane: TestDataPlane
  stop(): Promise<void>
}

let revision = 0

/** Starts both with a configuration that is already served. */
export async function deploy(resources: Resources, extra: object = {}): Promise<Deployment> {
  const authority = await TestAuthority.create()
  const controlPlane = await TestControlPlane.start(authority)
  controlPlane.publish(resources, { epoch: 1, revision: 1 })
  const dataPlane = await TestDataPlane.start(authority, { controlPlanes: [controlPlane.url], extra })
  await dataPlane.untilRevision(1)
  const stop = async () => {
    await dataPlane.stop()
    await controlPlane.stop()
    await authority.remove()
  }
  return { authority, controlPlane, dataPlane, stop }
}

/** Publishes another configuration and waits until it is served. */
export async function reconfigure({ controlPlane, dataPlane }: Deployment, resources: Resources): Promise<void> {
  const version = { epoch: 2, revision: ++revision }
  controlPlane.publish(resources, version)
  await dataPlane.untilRevision(version.revision, 2)
}

const folders: string[] = []
process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** A folder that is gone after all tests: what stops behind a test may still write into it. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'antipode-cache-'))
  folders.push(folder)
  return folder
}
