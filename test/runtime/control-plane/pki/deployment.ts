import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import tls from 'node:tls'
import { Agent, request } from 'undici'
import {
  type CertificateRequest,
  createAuthority,
  issueCertificate,
  type KeyPair,
} from '../../../../runtime/control-plane/pki/authority.ts'
import { checkControlPlane } from '../../../../runtime/control-plane/pki/identity.ts'
import type { DataPlaneStatus } from '../../../../runtime/data-plane/status-server.ts'
import type { RegionState } from '../../../../runtime/model/region-state.ts'
import { ANTIPODE } from '../../../toolkit/cli-process.ts'
import { freePort, linkedDatabases, PASSWORDS, until } from '../../../toolkit/local/database/linked-databases.ts'

/** Of the Admin API. */
export const KEYS = { admin: 'may-do-everything', viewer: 'may-look' }

export type Side = 'east' | 'west'
/** A call's answer, as an outsider reads it. */
// biome-ignore lint/suspicious/noExplicitAny: bodies are checked by what tests look at.
export type Answer = { readonly status: number; readonly body: any }

/** Keys of `antipode` in a control plane's configuration. */
export type ControlPlaneExtra = Readonly<Record<string, unknown>>

/**
 * Control planes and data planes of one deployment as real processes, with the certificates that lie in their files, for
 * tests of who may talk to whom. `west`, where there is one, is the standby.
 */
export class Deployment {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'antipode-test-'))
  readonly ports = {} as Record<Side, { admin: number; sync: number }>
  /** What issues now. */
  authority!: KeyPair
  /** What issued to begin with. */
  first!: KeyPair
  readonly #databases: Awaited<ReturnType<typeof linkedDatabases>>
  readonly #controlPlanes = new Map<Side, ChildProcess>()
  readonly #dataPlanes = new Set<DataPlaneProcess>()
  readonly #closing: (() => unknown)[] = []

  static async start(sides: readonly Side[], extra: ControlPlaneExtra = {}): Promise<Deployment> {
    const databases = await linkedDatabases(17)
    const deployment = new Deployment(databases)
    try {
      await databases.east.create()
      if (sides.includes('west')) await databases.west.rebuild('east')
      await deployment.#provide(sides, extra)
      for (const side of sides) deployment.startControlPlane(side)
      for (const side of sides) await deployment.serving(side)
      return deployment
    } catch (error) {
      await deployment.close()
      throw error
    }
  }

  private constructor(databases: Awaited<ReturnType<typeof linkedDatabases>>) {
    this.#databases = databases
  }

  file(name: string): string {
    return path.join(this.folder, name)
  }

  read(name: string): string {
    return readFileSync(this.file(name), 'utf8')
  }

  sync(side: Side): string {
    return `https://127.0.0.1:${this.ports[side].sync}`
  }

  /** Writes `<name>.crt` and `<name>.key` of an identity, `spiffe://test/<path>`. */
  async issue(name: string, uri: string, options: Partial<CertificateRequest> = {}): Promise<KeyPair> {
    const usage = uri.startsWith('region/') ? 'server+client' : 'client'
    const pair = await issueCertificate({
      ...{ authority: this.authority, uri: `spiffe://test/${uri}`, usage },
      ...options,
    })
    this.write(name, pair)
    return pair
  }

  issueBy(authority: KeyPair, uri: string): Promise<KeyPair> {
    return issueCertificate({ authority, uri: `spiffe://test/${uri}`, usage: 'client' })
  }

  /** PEM of what a sync listener shows now. */
  async serverCertificate(side: Side): Promise<string> {
    const socket = tls.connect({ host: '127.0.0.1', port: this.ports[side].sync, rejectUnauthorized: false })
    try {
      await once(socket, 'secureConnect')
      return String(socket.getPeerX509Certificate())
    } finally {
      socket.destroy()
    }
  }

  write(name: string, pair: KeyPair): void {
    // The key first: a control plane that looks in between finds a pair that does not match, and waits.
    writeFileSync(this.file(`${name}.key`), pair.key, { mode: 0o600 })
    writeFileSync(this.file(`${name}.crt`), pair.certificate)
  }

  startControlPlane(side: Side): void {
    this.#controlPlanes.set(side, launch('control-plane', this.file(`${side}.yaml`)))
  }

  async killControlPlane(side: Side): Promise<void> {
    await kill(this.#controlPlanes.get(side))
    this.#controlPlanes.delete(side)
  }

  /** Starts a data plane. @param file its `config.yaml`, written here where it is given as an object */
  dataPlane(name: string, config: { certs?: object; hosts?: readonly string[]; antipode?: object }): DataPlaneProcess {
    const text = {
      apisix: {
        node_listen: [{ ip: '127.0.0.1', port: this.#port() }],
        status: { ip: '127.0.0.1', port: this.#port() },
      },
      deployment: {
        role: 'data_plane',
        ...(config.hosts ? { role_data_plane: { control_plane: { host: config.hosts } } } : {}),
        certs: { trusted_ca_cert: this.file('trusted.crt'), ...config.certs },
      },
      antipode: { region: 'east', cache_dir: this.file(`cache-${name}`), ...config.antipode },
    }
    writeFileSync(this.file(`${name}.yaml`), JSON.stringify(text))
    return this.launch(this.file(`${name}.yaml`), text.apisix.status.port, text.apisix.node_listen[0]!.port)
  }

  launch(config: string, statusPort: number, port: number): DataPlaneProcess {
    const dataPlane = new DataPlaneProcess(config, statusPort, port)
    this.#dataPlanes.add(dataPlane)
    return dataPlane
  }

  /** Waits until a control plane shows a configuration, and the writer writes. */
  serving(side: Side): Promise<void> {
    const roles = side === 'east' ? ['active', 'solo'] : ['standby', 'active', 'solo']
    return until(
      `${side} serves`,
      async () => {
        const state = await this.state(side).catch(() => undefined)
        return state !== undefined && roles.includes(state.role) && state.hash !== null
      },
      120,
    )
  }

  bundle(name: string): object {
    return { cert: this.file(`${name}.crt`), cert_key: this.file(`${name}.key`) }
  }

  async admin(side: Side, method: string, where: string, body?: unknown, key = KEYS.admin): Promise<Answer> {
    const base = /^\/(antipode|api)\//.test(where) ? '' : '/apisix/admin'
    return call(`http://127.0.0.1:${this.ports[side].admin}${base}${where}`, method, body, { 'x-api-key': key })
  }

  async state(side: Side): Promise<RegionState> {
    return (await this.admin(side, 'GET', '/antipode/region')).body
  }

  /** A call of a sync listener as whoever holds these files, or nobody. */
  async callSync(
    side: Side,
    who: string | KeyPair | null,
    method: string,
    where: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const pair = typeof who === 'string' ? { certificate: this.read(`${who}.crt`), key: this.read(`${who}.key`) } : who
    const agent = new Agent({
      connect: {
        ca: this.read('trusted.crt'),
        ...(pair ? { cert: pair.certificate, key: pair.key } : {}),
        checkServerIdentity: checkControlPlane,
      },
    })
    try {
      return await call(`${this.sync(side)}${where}`, method, body, headers, agent)
    } finally {
      await agent.destroy()
    }
  }

  /** An upstream, and a route to it that data planes answer `/hello` by. */
  async route(): Promise<void> {
    const port = await this.upstream()
    const answer = await this.admin('east', 'PUT', '/routes/hello', {
      uri: '/hello',
      upstream: { type: 'roundrobin', nodes: { [`127.0.0.1:${port}`]: 1 } },
    })
    if (answer.status >= 300) throw new Error(JSON.stringify(answer.body))
  }

  /** An upstream that answers every call. @returns its port */
  async upstream(): Promise<number> {
    const upstream = createServer((_request, response) => response.end('hello')).listen(0, '127.0.0.1')
    await once(upstream, 'listening')
    this.#closing.push(() => {
      upstream.closeAllConnections()
      upstream.close()
    })
    return (upstream.address() as AddressInfo).port
  }

  async close(): Promise<void> {
    for (const dataPlane of this.#dataPlanes) await dataPlane.kill()
    for (const side of [...this.#controlPlanes.keys()]) await this.killControlPlane(side)
    for (const close of this.#closing) await close()
    await this.#databases.close()
    rmSync(this.folder, { recursive: true, force: true })
  }

  #free: number[] = []
  #port(): number {
    return this.#free.pop()!
  }

  async #provide(sides: readonly Side[], extra: ControlPlaneExtra): Promise<void> {
    this.authority = await createAuthority('test')
    this.first = this.authority
    this.write('ca', this.authority)
    writeFileSync(this.file('trusted.crt'), this.authority.certificate)
    this.#free = await Promise.all(Array.from({ length: 12 }, () => freePort()))
    for (const side of sides) {
      this.ports[side] = { admin: await freePort(), sync: await freePort() }
      await this.issue(side, `region/${side}/control-plane`)
    }
    await this.issue('bundle', 'group/default')
    const password = encodeURIComponent(PASSWORDS.controlPlane)
    for (const side of sides) {
      const peer = sides.find((other) => other !== side)
      const text = {
        deployment: {
          role: 'control_plane',
          admin: {
            admin_key: (['admin', 'viewer'] as const).map((role) => ({ name: role, key: KEYS[role], role })),
            admin_listen: { ip: '127.0.0.1', port: this.ports[side].admin },
          },
          certs: { ...this.bundle(side), trusted_ca_cert: this.file('trusted.crt') },
        },
        antipode: {
          ...{ region: side, region_index: side === 'east' ? 1 : 2, state_dir: this.file(`state-${side}`) },
          database: `postgres://antipode:${password}@127.0.0.1:${this.#databases.ports[side]}/antipode`,
          sync_listen: { ip: '127.0.0.1', port: this.ports[side].sync },
          sync_address: this.sync(side),
          authority: { cert: this.file('ca.crt'), key: this.file('ca.key') },
          ...(peer && { peer: { region: peer, host: this.sync(peer) } }),
          ...{ initial_writer: side === 'east', lease: 5, confirm_timeout: 8, heartbeat_interval: 1, ...extra },
        },
      }
      writeFileSync(this.file(`${side}.yaml`), JSON.stringify(text))
    }
  }
}

/** One data plane that runs, and can be started again. */
export class DataPlaneProcess {
  readonly #config: string
  readonly #statusPort: number
  readonly #port: number
  #child: ChildProcess

  constructor(config: string, statusPort: number, port: number) {
    this.#config = config
    this.#statusPort = statusPort
    this.#port = port
    this.#child = launch('data-plane', config)
  }

  async status(): Promise<DataPlaneStatus> {
    return (await call(`http://127.0.0.1:${this.#statusPort}/status`, 'GET')).body
  }

  /** Waits until the status has what is asked for. */
  until(what: string, holds: (status: DataPlaneStatus) => boolean, seconds = 60): Promise<void> {
    return until(
      what,
      async () => {
        const status = await this.status().catch(() => undefined)
        return status !== undefined && holds(status)
      },
      seconds,
    )
  }

  followed(): Promise<void> {
    return this.until('it follows', ({ source, degraded }) => source !== null && degraded.length === 0)
  }

  call(where: string): Promise<number> {
    return call(`http://127.0.0.1:${this.#port}${where}`, 'GET').then(({ status }) => status)
  }

  async restart(): Promise<void> {
    await this.kill()
    this.#child = launch('data-plane', this.#config)
  }

  kill(): Promise<void> {
    return kill(this.#child)
  }
}

/** Calls all the time, from now until asked how it went. */
export function keepCalling(dataPlane: DataPlaneProcess): { end(): Promise<{ calls: number; failed: string[] }> } {
  const failed: string[] = []
  let calls = 0
  let going = true
  const run = (async () => {
    while (going) {
      calls++
      const status = await dataPlane.call('/hello').catch((error: Error) => error.message)
      if (status !== 200) failed.push(String(status))
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  })()
  return {
    end: async () => {
      going = false
      await run
      return { calls, failed }
    },
  }
}

async function call(
  url: string,
  method: string,
  body?: unknown,
  headers: Record<string, string> = {},
  dispatcher?: Agent,
): Promise<Answer> {
  const answer = await request(url, {
    method: method as 'GET',
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(dispatcher ? { dispatcher } : { reset: true }),
    headersTimeout: 60_000,
  })
  const text = await answer.body.text()
  let parsed: unknown = text
  try {
    parsed = JSON.parse(text)
  } catch {
    // Some answers are plain text.
  }
  return { status: answer.statusCode, body: parsed }
}

function launch(kind: 'control-plane' | 'data-plane', config: string): ChildProcess {
  return spawn(process.execPath, [ANTIPODE, kind, '--config', config], {
    stdio: ['ignore', 'ignore', process.env.ANTIPODE_TEST_LOGS ? 'inherit' : 'ignore'],
  })
}

async function kill(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}

export { until } from '../../../toolkit/local/database/linked-databases.ts'
