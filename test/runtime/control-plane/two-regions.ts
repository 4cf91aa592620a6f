import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Agent, request } from 'undici'
import { type RunningControlPlane, runControlPlane } from '../../../runtime/control-plane/main.ts'
import { createAuthority, issueCertificate, type KeyPair } from '../../../runtime/control-plane/pki/authority.ts'
import { checkControlPlane } from '../../../runtime/control-plane/pki/identity.ts'
import { loadRuntimeConfig } from '../../../runtime/model/load-runtime-config.ts'
import type { RegionState } from '../../../runtime/model/region-state.ts'
import { freePort, linkedDatabases, PASSWORDS, until } from '../../toolkit/local/database/linked-databases.ts'
import { logicalDatabases } from '../../toolkit/local/database/logical-databases.ts'

process.env.ANTIPODE_LOG_LEVEL ??= 'silent'

export type Side = 'east' | 'west'

interface RegionOptions {
  readonly commit: 'confirmed' | 'local'
  readonly lease: number
  readonly confirmTimeout: number
  /** `antipode.identity` of both. */
  readonly identity?: object
  /** Whatever else of `antipode` both are to have. */
  readonly more?: object
  /** @default physical, of one major */
  readonly replication?: 'logical'
}

type Databases = Awaited<ReturnType<typeof linkedDatabases>>

/** Two regions' databases and control planes in this process, for tests of what they tell each other. */
export class TwoRegions {
  readonly databases: Databases
  readonly ports: Record<Side, { admin: number; sync: number; status: number }>
  readonly #folder: string
  /** The operator's identity, PEM. */
  readonly operator: { readonly certificate: string; readonly key: string; readonly ca: string }
  readonly #operator: Agent
  readonly #running = new Map<Side, RunningControlPlane>()
  readonly #options: RegionOptions
  /** What else of `antipode` a control plane has that is started from now on. */
  more: object

  static async start(options: Partial<RegionOptions> = {}) {
    const databases: Databases =
      options.replication === 'logical' ? await logicalDatabases({ east: 17, west: 18 }) : await linkedDatabases(17)
    await databases.east.create()
    await databases.west.rebuild('east')
    const folder = mkdtempSync(path.join(tmpdir(), 'antipode-test-'))
    const authority = await createAuthority('test')
    const write = (name: string, pair: KeyPair) => {
      writeFileSync(path.join(folder, `${name}.crt`), pair.certificate)
      writeFileSync(path.join(folder, `${name}.key`), pair.key)
    }
    write('ca', authority)
    for (const side of ['east', 'west']) {
      const uri = `spiffe://test/region/${side}/control-plane`
      write(side, await issueCertificate({ authority, uri, usage: 'server+client' }))
    }
    const operator = await issueCertificate({ authority, uri: 'spiffe://test/operator', usage: 'client' })
    write('data-plane', await issueCertificate({ authority, uri: 'spiffe://test/group/default', usage: 'client' }))
    const ports = {
      east: { admin: await freePort(), sync: await freePort(), status: await freePort() },
      west: { admin: await freePort(), sync: await freePort(), status: await freePort() },
    }
    const all = { commit: 'confirmed', lease: 1.5, confirmTimeout: 3, ...options } as const
    const regions = new TwoRegions(databases, ports, folder, { ...operator, ca: authority.certificate }, all)
    await regions.startControlPlane('east')
    await regions.startControlPlane('west')
    await until('the writer is active', async () => (await regions.state('east')).role === 'active')
    return regions
  }

  private constructor(
    databases: TwoRegions['databases'],
    ports: TwoRegions['ports'],
    folder: string,
    operator: TwoRegions['operator'],
    options: RegionOptions,
  ) {
    this.databases = databases
    this.ports = ports
    this.#folder = folder
    this.operator = operator
    const { ca, certificate: cert, key } = operator
    this.#operator = new Agent({ connect: { ca, cert, key, checkServerIdentity: checkControlPlane } })
    this.#options = options
    this.more = options.more ?? {}
  }

  get folder(): string {
    return this.#folder
  }

  async startControlPlane(side: Side): Promise<void> {
    const other = side === 'east' ? 'west' : 'east'
    const file = (name: string) => path.join(this.#folder, name)
    const text = JSON.stringify({
      deployment: {
        role: 'control_plane',
        admin: { admin_key_required: false, admin_listen: { ip: '127.0.0.1', port: this.ports[side].admin } },
        certs: { cert: file(`${side}.crt`), cert_key: file(`${side}.key`), trusted_ca_cert: file('ca.crt') },
      },
      antipode: {
        region: side,
        region_index: side === 'east' ? 1 : 2,
        state_dir: file(`state-${side}`),
        database: this.databaseUrl(side),
        sync_listen: { ip: '127.0.0.1', port: this.ports[side].sync },
        status: { port: this.ports[side].status },
        authority: { cert: file('ca.crt'), key: file('ca.key') },
        peer: {
          region: other,
          host: `https://127.0.0.1:${this.ports[other].sync}`,
          admin: `http://127.0.0.1:${this.ports[other].admin}`,
        },
        initial_writer: side === 'east',
        commit: this.#options.commit,
        lease: this.#options.lease,
        confirm_timeout: this.#options.confirmTimeout,
        ...(this.#options.identity && { identity: this.#options.identity }),
        ...this.more,
      },
    })
    writeFileSync(this.configFile(side), text)
    const { config } = loadRuntimeConfig(text, `${side}.yaml`, {})
    this.#running.set(side, await runControlPlane(config))
  }

  /** What its control plane was last started with. */
  configFile(side: Side): string {
    return path.join(this.#folder, `${side}.yaml`)
  }

  async stopControlPlane(side: Side): Promise<void> {
    await this.#running.get(side)?.stop()
    this.#running.delete(side)
  }

  databaseUrl(side: Side): string {
    return `postgres://antipode:${encodeURIComponent(PASSWORDS.controlPlane)}@127.0.0.1:${this.databases.ports[side]}/antipode`
  }

  async state(side: Side): Promise<RegionState> {
    return (await this.admin(side, 'GET', '/antipode/region')).body as RegionState
  }

  /** A call of the Admin API; `path` without `/apisix/admin` is completed. */
  async admin(side: Side, method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const url = `http://127.0.0.1:${this.ports[side].admin}${/^\/(antipode|api)\//.test(path) ? '' : '/apisix/admin'}${path}`
    const answer = await request(url, {
      method: method as 'GET',
      headers: { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.body.text()
    return { status: answer.statusCode, headers: answer.headers, body: (text ? JSON.parse(text) : null) as unknown }
  }

  /** A call of the status listener. */
  async status(side: Side, path: string): Promise<{ status: number; type: string; text: string }> {
    const answer = await request(`http://127.0.0.1:${this.ports[side].status}${path}`)
    return { status: answer.statusCode, type: String(answer.headers['content-type']), text: await answer.body.text() }
  }

  /** A change of a region's role, as the operator. */
  async change(side: Side, change: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
    const answer = await request(`https://127.0.0.1:${this.ports[side].sync}/antipode/region`, {
      method: 'PUT',
      dispatcher: this.#operator,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(change),
      headersTimeout: 20_000,
    })
    return { status: answer.statusCode, body: (await answer.body.json()) as Record<string, unknown> }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running.values()].map((running) => running.stop()))
    await this.#operator.close()
    await this.databases.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

export { until } from '../../toolkit/local/database/linked-databases.ts'
