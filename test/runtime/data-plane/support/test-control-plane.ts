import { createPrivateKey, randomUUID, sign, X509Certificate } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { createAuthority, issueCertificate, type KeyPair } from '../../../../runtime/control-plane/pki/authority.ts'
import { publicKeyOfRequest } from '../../../../runtime/control-plane/pki/certificate-request.ts'
import type { CallReport } from '../../../../runtime/model/call-report.ts'
import { ConfigurationHash, resourceHash } from '../../../../runtime/model/configuration-hash.ts'
import type { Acknowledgement, Frame, FramedResource } from '../../../../runtime/model/frame.ts'
import type { ResourceType, ResourceValue } from '../../../../runtime/model/resource.ts'
import type { Version } from '../../../../runtime/model/version.ts'

export type Resources = Readonly<Partial<Record<ResourceType, Readonly<Record<string, ResourceValue>>>>>

/** An authority for tests, and files of the identities it issues. */
export class TestAuthority {
  readonly pair: KeyPair
  readonly folder: string

  private constructor(pair: KeyPair, folder: string) {
    this.pair = pair
    this.folder = folder
  }

  static async create(): Promise<TestAuthority> {
    const authority = new TestAuthority(await createAuthority('local'), await mkdtemp(join(tmpdir(), 'antipode-test-')))
    await writeFile(join(authority.folder, 'ca.crt'), authority.pair.certificate)
    return authority
  }

  issue(uri: string, usage: 'server+client' | 'client' = 'client'): Promise<KeyPair> {
    return issueCertificate({ authority: this.pair, uri, usage })
  }

  /** What `certs` of a data plane's configuration names. */
  async bundle(group = 'default'): Promise<{ cert: string; key: string; ca: string }> {
    const { certificate, key } = await this.issue(`spiffe://local/group/${group}`)
    const files = { cert: join(this.folder, `${group}.crt`), key: join(this.folder, `${group}.key`) }
    await writeFile(files.cert, certificate)
    await writeFile(files.key, key)
    return { ...files, ca: join(this.folder, 'ca.crt') }
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true })
  }
}

/** A frame's two lines, sealed by this identity. */
export function sealFrame(frame: Frame, { certificate, key }: KeyPair): Buffer {
  const body = Buffer.from(JSON.stringify(frame))
  const signature = sign(null, body, createPrivateKey(key)).toString('base64')
  const seal = { signature, certificate: new X509Certificate(certificate).raw.toString('base64') }
  return Buffer.from(`${JSON.stringify(seal)}\n${body}\n`)
}

export function framedResources(resources: Resources): FramedResource[] {
  return Object.entries(resources).flatMap(([type, byId]) =>
    Object.entries(byId).map(([id, body]) => {
      const value = type === 'consumers' ? body : { id, ...body }
      return { type: type as ResourceType, id, value, hash: resourceHash(value) }
    }),
  )
}

export function hashOf(resources: readonly FramedResource[]): string {
  const hash = new ConfigurationHash()
  for (const { type, id, hash: content } of resources) hash.add(type, id, content)
  return hash.toString()
}

export interface TestControlPlaneOptions {
  readonly region?: string
  readonly lineage?: string
  readonly port?: number
}

/**
 * A control plane of a few lines that speaks the sync protocol with real frames over real mutual TLS, and can be told
 * to misbehave.
 */
export class TestControlPlane {
  readonly region: string
  lineage: string
  readonly acknowledgements: Acknowledgement[] = []
  /** Every request line, with its fields and body, as this side received it. */
  readonly received: string[] = []
  readonly reports: CallReport[] = []
  /** What the next reports are answered with; 204 takes them. */
  reportAnswer: { readonly status: number; readonly headers?: Record<string, string> } = { status: 204 }
  exposeRegion = true
  #current: { version: Version; resources: FramedResource[] } | undefined
  readonly #authority: TestAuthority
  readonly #identity: KeyPair
  readonly #server: Server
  readonly #streams = new Set<{ response: ServerResponse; gzip: boolean }>()

  private constructor(authority: TestAuthority, identity: KeyPair, options: TestControlPlaneOptions) {
    this.region = options.region ?? 'us-east-1'
    this.lineage = options.lineage ?? 'lineage-1'
    this.#authority = authority
    this.#identity = identity
    const ca = authority.pair.certificate
    const tls = { cert: identity.certificate, key: identity.key, ca, requestCert: true, rejectUnauthorized: true }
    this.#server = createServer({ ...tls, minVersion: 'TLSv1.3' }, (request, response) => {
      void this.#answer(request, response)
    })
  }

  static async start(authority: TestAuthority, options: TestControlPlaneOptions = {}): Promise<TestControlPlane> {
    const uri = `spiffe://local/region/${options.region ?? 'us-east-1'}/control-plane`
    const controlPlane = new TestControlPlane(authority, await authority.issue(uri, 'server+client'), options)
    await new Promise<void>((resolve) => controlPlane.#server.listen(options.port ?? 0, '127.0.0.1', resolve))
    return controlPlane
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get url(): string {
    return `https://127.0.0.1:${this.port}`
  }

  get identity(): KeyPair {
    return this.#identity
  }

  get streams(): number {
    return this.#streams.size
  }

  snapshot(resources: Resources, version: Version): Frame {
    const framed = framedResources(resources)
    this.#current = { version, resources: framed }
    return { kind: 'snapshot', ...this.#heading(version, framed), resources: framed }
  }

  /** Publishes a whole configuration to every open stream, and to those that come. */
  publish(resources: Resources, version: Version): void {
    this.send(this.snapshot(resources, version))
  }

  /** Publishes a change of what was published last. */
  publishChange(changes: Resources, removals: { type: ResourceType; id: string }[], version: Version): void {
    const { version: from, resources } = this.#current!
    const changed = framedResources(changes)
    const gone = new Set([...changed, ...removals].map(({ type, id }) => `${type}/${id}`))
    const after = [...resources.filter(({ type, id }) => !gone.has(`${type}/${id}`)), ...changed]
    this.#current = { version, resources: after }
    this.send({ kind: 'delta', ...this.#heading(version, after), from, resources: changed, removals })
  }

  publishMark(version: Version): void {
    const { resources } = this.#current!
    this.#current = { version, resources }
    this.send({ kind: 'mark', ...this.#heading(version, resources) })
  }

  send(frame: Frame, identity = this.#identity): void {
    this.sendRaw(sealFrame(frame, identity))
  }

  sendRaw(bytes: Buffer): void {
    for (const { response, gzip } of this.#streams) response.write(gzip ? gzipSync(bytes) : bytes)
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve())
      this.#server.closeAllConnections()
    })
  }

  #heading(version: Version, resources: readonly FramedResource[]) {
    return { lineage: this.lineage, group: 'default', region: this.region, version, hash: hashOf(resources) }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const sent = Buffer.concat(parts)
    const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent).toString()
    this.received.push(`${request.method} ${request.url} ${request.rawHeaders.join(' ')} ${text}`)
    const url = new URL(request.url!, 'https://localhost')
    if (url.pathname === '/sync') this.#stream(request, response, url)
    else if (url.pathname === '/reports') {
      const { status, headers = {} } = this.reportAnswer
      if (status === 204) this.reports.push(JSON.parse(text))
      response.writeHead(status, headers).end()
    } else response.end(JSON.stringify(await this.#post(url.pathname, JSON.parse(text))))
  }

  async #post(path: string, body: Record<string, never>): Promise<object> {
    const settings = { exposeRegion: this.exposeRegion, heartbeatInterval: 10 }
    if (path === '/sync/ack') this.acknowledgements.push(body as unknown as Acknowledgement)
    if (path !== '/dataplane/register') return { settings }
    const publicKey = await publicKeyOfRequest(body.certificateRequest!)
    const instanceId = randomUUID()
    const uri = `spiffe://local/group/default/instance/${instanceId}`
    const leaf = await issueCertificate({ authority: this.#authority.pair, uri, usage: 'client', publicKey })
    return { instanceId, group: 'default', protocolVersion: 1, certificate: leaf.certificate, settings }
  }

  #stream(request: IncomingMessage, response: ServerResponse, url: URL): void {
    const gzip = request.headers['accept-encoding'] === 'gzip'
    response.writeHead(200, gzip ? { 'content-encoding': 'gzip' } : {})
    const stream = { response, gzip }
    this.#streams.add(stream)
    response.on('close', () => this.#streams.delete(stream))
    const settings = { exposeRegion: this.exposeRegion, heartbeatInterval: 10 }
    const frames: Frame[] = [{ kind: 'settings', settings }]
    if (this.#current) {
      const { version, resources } = this.#current
      const heading = this.#heading(version, resources)
      const held = url.searchParams
      const isHeld = held.get('hash') === heading.hash && held.get('revision') === String(version.revision)
      if (!isHeld) frames.push({ kind: 'snapshot', ...heading, resources })
    }
    for (const frame of frames) {
      const bytes = sealFrame(frame, this.#identity)
      response.write(gzip ? gzipSync(bytes) : bytes)
    }
  }
}
