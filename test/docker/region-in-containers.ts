import { createAuthority, issueCertificate, type KeyPair } from '../../runtime/control-plane/pki/authority.ts'
import { freePort, linkedDatabases, PASSWORDS, until } from '../toolkit/local/database/linked-databases.ts'
import type { DockerEngine } from './docker-engine.ts'

const ADMIN_KEY = 'key-of-the-test'

/** What a deployment gives every container, and what it takes from it. */
const LOCKED = ['--read-only', '--cap-drop=ALL', '--security-opt=no-new-privileges', '--network=host', '--init']
const HEALTH = ['--health-interval=1s', '--health-start-period=30s']

interface Ports {
  readonly admin: number
  readonly sync: number
  readonly gateway: number
  readonly status: number
}

/** One region: a database on this machine, a control plane and a data plane in containers of the image. */
export class RegionInContainers {
  readonly #engine: DockerEngine
  readonly #image: string
  readonly #database: Awaited<ReturnType<typeof linkedDatabases>>
  readonly #authority: KeyPair
  readonly ports: Ports

  static async start(engine: DockerEngine, image: string): Promise<RegionInContainers> {
    const database = await linkedDatabases(17)
    await database.east.create()
    const [admin, sync, gateway, status] = await Promise.all([freePort(), freePort(), freePort(), freePort()])
    const ports = { admin: admin!, sync: sync!, gateway: gateway!, status: status! }
    return new RegionInContainers(engine, image, database, await createAuthority('test'), ports)
  }

  private constructor(
    engine: DockerEngine,
    image: string,
    database: Awaited<ReturnType<typeof linkedDatabases>>,
    authority: KeyPair,
    ports: Ports,
  ) {
    this.#engine = engine
    this.#image = image
    this.#database = database
    this.#authority = authority
    this.ports = ports
  }

  /** @returns the container */
  runControlPlane(): Promise<string> {
    const { ports } = this
    const role = encodeURIComponent(PASSWORDS.controlPlane)
    return this.#run('control-plane', 'region/east/control-plane', 'server+client', {
      deployment: {
        role: 'control_plane',
        admin: {
          admin_key: [{ name: 'admin', key: ADMIN_KEY, role: 'admin' }],
          admin_listen: { ip: '0.0.0.0', port: ports.admin },
        },
      },
      antipode: {
        region: 'east',
        state_dir: '/var/lib/antipode',
        database: `postgres://antipode:${role}@127.0.0.1:${this.#database.ports.east}/antipode`,
        sync_listen: { ip: '0.0.0.0', port: ports.sync },
        authority: { cert: '${{ANTIPODE_AUTHORITY}}', key: '${{ANTIPODE_AUTHORITY_KEY}}' },
        initial_writer: true,
      },
    })
  }

  /** @returns the container */
  runDataPlane(): Promise<string> {
    const { gateway, status, sync } = this.ports
    return this.#run('data-plane', 'group/default', 'client', {
      apisix: { node_listen: [{ ip: '0.0.0.0', port: gateway }], status: { ip: '0.0.0.0', port: status } },
      deployment: { role: 'data_plane', role_data_plane: { control_plane: { host: [`https://127.0.0.1:${sync}`] } } },
      antipode: { region: 'east', cache_dir: '/var/lib/antipode/cache' },
    })
  }

  async #run(
    part: string,
    identity: string,
    usage: 'server+client' | 'client',
    config: { readonly apisix?: object; readonly deployment: object; readonly antipode: object },
  ): Promise<string> {
    const uri = `spiffe://test/${identity}`
    const { certificate, key } = await issueCertificate({ authority: this.#authority, uri, usage })
    const certs = {
      cert: '${{ANTIPODE_CERTIFICATE}}',
      cert_key: '${{ANTIPODE_KEY}}',
      trusted_ca_cert: '${{ANTIPODE_TRUSTED}}',
    }
    const variables = {
      ANTIPODE_CONFIG_YAML: JSON.stringify({ ...config, deployment: { ...config.deployment, certs } }),
      ANTIPODE_CERTIFICATE: certificate,
      ANTIPODE_KEY: key,
      ANTIPODE_TRUSTED: this.#authority.certificate,
      ...(part === 'control-plane' && {
        ANTIPODE_AUTHORITY: this.#authority.certificate,
        ANTIPODE_AUTHORITY_KEY: this.#authority.key,
      }),
    }
    const given = Object.entries(variables).flatMap(([name, value]) => ['--env', `${name}=${value}`])
    return this.#engine.docker('run', '--detach', ...LOCKED, ...HEALTH, ...given, this.#image, part)
  }

  /** A call of the Admin API. */
  async admin(method: string, path: string, body?: object): Promise<{ status: number; body: Record<string, unknown> }> {
    const answer = await fetch(`http://127.0.0.1:${this.ports.admin}${path}`, {
      method,
      headers: { 'X-API-KEY': ADMIN_KEY, 'Content-Type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }

  /** Until the control plane takes writes. */
  async untilActive(): Promise<void> {
    await until('the control plane writes', async () => {
      const region = await this.admin('GET', '/antipode/region').catch(() => undefined)
      return region?.body.role === 'active'
    })
  }

  /** Until the gateway answers a path with 200. */
  async untilServed(path: string): Promise<void> {
    await until(`${path} is served`, async () => {
      const answer = await fetch(`http://127.0.0.1:${this.ports.gateway}${path}`).catch(() => undefined)
      await answer?.body?.cancel()
      return answer?.status === 200
    })
  }

  async untilHealthy(container: string): Promise<void> {
    const health = () => this.#engine.docker('inspect', '--format', '{{.State.Health.Status}}', container)
    await until('the container is healthy', async () => (await health()) === 'healthy', 60)
  }

  async exitCode(container: string): Promise<number> {
    return Number(await this.#engine.docker('wait', container))
  }

  close(): Promise<void> {
    return this.#database.close()
  }
}
