import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Agent, request } from 'undici'
import { LOCKS } from '../../../runtime/control-plane/database/migrations.ts'
import { createAuthority, issueCertificate, type KeyPair } from '../../../runtime/control-plane/pki/authority.ts'
import { checkControlPlane } from '../../../runtime/control-plane/pki/identity.ts'
import type { RegionState } from '../../../runtime/model/region-state.ts'
import { ANTIPODE } from '../../toolkit/cli-process.ts'
import { freePort, linkedDatabases, PASSWORDS, until } from '../../toolkit/local/database/linked-databases.ts'
import { TcpBalancer } from './tcp-balancer.ts'

export type Side = 'east' | 'west'

interface Process {
  readonly admin: number
  readonly sync: number
  readonly config: string
  child: ChildProcess | undefined
}

/**
 * Regions with several control planes each, as processes that can be killed, behind a balancer for each port: as they
 * are deployed. Region `west`, where there is one, is the standby.
 */
export class ControlPlaneFleet {
  readonly balancers = {} as Record<Side, { readonly admin: TcpBalancer; readonly sync: TcpBalancer }>
  readonly processes = {} as Record<Side, Process[]>
  readonly folder = mkdtempSync(path.join(tmpdir(), 'antipode-test-'))
  readonly #databases: Awaited<ReturnType<typeof linkedDatabases>>
  #operator: Agent | undefined

  /**
   * @param settings of PostgreSQL, where other than the usual ones
   * @param program another release's `antipode`, where the control planes begin as that one's
   */
  static async start(
    sides: readonly Side[],
    each: number,
    settings: Readonly<Record<string, string | number>> = {},
    program = ANTIPODE,
  ): Promise<ControlPlaneFleet> {
    const databases = await linkedDatabases(17, settings)
    await databases.east.create()
    if (sides.includes('west')) await databases.west.rebuild('east')
    const fleet = new ControlPlaneFleet(databases)
    try {
      await fleet.#provide(sides, each)
      for (const side of sides) for (const index of fleet.processes[side].keys()) fleet.launch(side, index, program)
      await fleet.serving(...sides)
      return fleet
    } catch (error) {
      await fleet.close()
      throw error
    }
  }

  private constructor(databases: Awaited<ReturnType<typeof linkedDatabases>>) {
    this.#databases = databases
  }

  /** Waits until every living control plane of these regions says the same of its region, and the writer writes. */
  async serving(...sides: readonly Side[]): Promise<void> {
    for (const side of sides) {
      const living = [...this.processes[side].keys()].filter((index) => this.processes[side][index]!.child)
      await until(
        `every control plane of ${side} serves`,
        async () => {
          const states = await Promise.all(living.map((index) => this.state(side, index).catch(() => undefined)))
          const roles = side === 'east' ? ['active', 'solo'] : ['standby', 'active', 'solo']
          return states.every((state) => state && roles.includes(state.role) && state.hash !== null)
        },
        120,
      )
    }
  }

  launch(side: Side, index: number, program = ANTIPODE): void {
    const process_ = this.processes[side][index]!
    const child = spawn(process.execPath, [program, 'control-plane', '--config', process_.config], {
      stdio: ['ignore', 'ignore', process.env.ANTIPODE_TEST_LOGS ? 'inherit' : 'ignore'],
    })
    process_.child = child
    child.once('exit', () => {
      if (process_.child === child) process_.child = undefined
    })
  }

  async kill(side: Side, index: number): Promise<void> {
    const { child } = this.processes[side][index]!
    if (!child) return
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }

  /** A region's own PostgreSQL. */
  database(side: Side) {
    return this.#databases[side].server
  }

  async stopDatabase(side: Side): Promise<void> {
    await this.#databases[side].stop('fast')
  }

  /** Which of a region's control planes leads, as the database knows it. */
  async leaderOf(side: Side): Promise<number> {
    let leader = -1
    await until(`${side} has a leader`, async () => {
      const [row] = await this.#databases[side].server.query<{ name: string }>(
        `SELECT application_name AS name FROM pg_locks JOIN pg_stat_activity USING (pid)
         WHERE locktype = 'advisory' AND granted AND (classid::bigint << 32) + objid::bigint = $1`,
        [LOCKS.leader],
      )
      const port = Number(row?.name.split(':').at(-1))
      leader = this.processes[side].findIndex(({ sync, child }) => sync === port && child)
      return leader >= 0
    })
    return leader
  }

  /** At one control plane, or at whichever the balancer chooses. */
  async admin(side: Side, at: number | 'balancer', method: string, where: string, body?: unknown, headers = {}) {
    const port = at === 'balancer' ? this.balancers[side].admin.port : this.processes[side][at]!.admin
    const base = /^\/(antipode|api)\//.test(where) ? '' : '/apisix/admin'
    const answer = await request(`http://127.0.0.1:${port}${base}${where}`, {
      method: method as 'GET',
      headers: { 'content-type': 'application/json', ...headers },
      reset: true,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.body.text()
    return { status: answer.statusCode, headers: answer.headers, body: text ? JSON.parse(text) : null }
  }

  async state(side: Side, at: number | 'balancer'): Promise<RegionState> {
    return (await this.admin(side, at, 'GET', '/antipode/region')).body as RegionState
  }

  /** A call of the sync listener, as the operator. */
  async operate(side: Side, at: number | 'balancer', change: unknown) {
    const port = at === 'balancer' ? this.balancers[side].sync.port : this.processes[side][at]!.sync
    const answer = await request(`https://127.0.0.1:${port}/antipode/region`, {
      method: 'PUT',
      dispatcher: this.#operator!,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(change),
      headersTimeout: 30_000,
    })
    return { status: answer.statusCode, body: (await answer.body.json()) as Record<string, unknown> }
  }

  /** TLS files of an identity of this deployment. */
  tls(name: 'data-plane' | 'operator') {
    const read = (file: string) => readFileSync(path.join(this.folder, file), 'utf8')
    return { ca: read('ca.crt'), cert: read(`${name}.crt`), key: read(`${name}.key`) }
  }

  async close(): Promise<void> {
    for (const side of ['east', 'west'] as const) {
      for (const index of this.processes[side]?.keys() ?? []) await this.kill(side, index)
      await this.balancers[side]?.admin.close()
      await this.balancers[side]?.sync.close()
    }
    await this.#operator?.destroy()
    await this.#databases.close()
    rmSync(this.folder, { recursive: true, force: true })
  }

  async #provide(sides: readonly Side[], each: number): Promise<void> {
    const file = (name: string) => path.join(this.folder, name)
    const write = (name: string, pair: KeyPair) => {
      writeFileSync(file(`${name}.crt`), pair.certificate)
      writeFileSync(file(`${name}.key`), pair.key)
    }
    const authority = await createAuthority('test')
    const issue = async (name: string, uri: string, usage: 'server+client' | 'client') =>
      write(name, await issueCertificate({ authority, uri: `spiffe://test/${uri}`, usage }))
    write('ca', authority)
    await issue('operator', 'operator', 'client')
    await issue('data-plane', 'group/default', 'client')
    for (const side of sides) {
      await issue(side, `region/${side}/control-plane`, 'server+client')
      const free = async () => ({ admin: await freePort(), sync: await freePort() })
      const ports = await Promise.all(Array.from({ length: each }, free))
      this.processes[side] = ports.map((port, index) => ({
        ...port,
        config: file(`${side}-${index}.yaml`),
        child: undefined,
      }))
      this.balancers[side] = {
        admin: await TcpBalancer.start(ports.map(({ admin }) => admin)),
        sync: await TcpBalancer.start(ports.map(({ sync }) => sync)),
      }
    }
    for (const side of sides) {
      const peer = sides.find((other) => other !== side)
      for (const [index, { admin, sync, config }] of this.processes[side].entries()) {
        const text = {
          deployment: {
            role: 'control_plane',
            admin: { admin_key_required: false, admin_listen: { ip: '127.0.0.1', port: admin } },
            certs: { cert: file(`${side}.crt`), cert_key: file(`${side}.key`), trusted_ca_cert: file('ca.crt') },
          },
          antipode: {
            ...{ region: side, region_index: side === 'east' ? 1 : 2, state_dir: file(`state-${side}-${index}`) },
            database: this.databaseUrl(side),
            sync_listen: { ip: '127.0.0.1', port: sync },
            authority: { cert: file('ca.crt'), key: file('ca.key') },
            ...(peer && {
              peer: {
                region: peer,
                host: `https://127.0.0.1:${this.balancers[peer].sync.port}`,
                admin: `http://127.0.0.1:${this.balancers[peer].admin.port}`,
              },
            }),
            ...{ initial_writer: side === 'east', lease: 5, confirm_timeout: 8 },
          },
        }
        writeFileSync(config, JSON.stringify(text))
      }
    }
    this.#operator = new Agent({ connect: { ...this.tls('operator'), checkServerIdentity: checkControlPlane } })
  }

  databaseUrl(side: Side): string {
    const password = encodeURIComponent(PASSWORDS.controlPlane)
    return `postgres://antipode:${password}@127.0.0.1:${this.#databases.ports[side]}/antipode`
  }
}

export { until } from '../../toolkit/local/database/linked-databases.ts'
