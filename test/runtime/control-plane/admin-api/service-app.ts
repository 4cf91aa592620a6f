import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { createAdminApi } from '../../../../runtime/control-plane/admin-api/index.ts'
import { addApi7eeSurface } from '../../../../runtime/control-plane/api7ee/index.ts'
import { AuditLog } from '../../../../runtime/control-plane/audit/audit-log.ts'
import type { ConfigurationStore } from '../../../../runtime/control-plane/configuration-store.ts'
import { InstanceLog } from '../../../../runtime/control-plane/fleet/instance-log.ts'
import { addGroupSurface } from '../../../../runtime/control-plane/groups/index.ts'
import { addIdentitySurface } from '../../../../runtime/control-plane/identity/index.ts'
import { OidcProvider } from '../../../../runtime/control-plane/identity/oidc/oidc-provider.ts'
import { createAuthority, issueCertificate } from '../../../../runtime/control-plane/pki/authority.ts'
import { Issuer } from '../../../../runtime/control-plane/pki/issuer.ts'
import { LiveTrust } from '../../../../runtime/control-plane/pki/live-trust.ts'
import { servePki } from '../../../../runtime/control-plane/pki/serve-pki.ts'
import { loadRuntimeConfig } from '../../../../runtime/model/load-runtime-config.ts'
import { MemoryStore } from '../../../contract/configuration-store/memory-store.ts'

const logger = pino({ level: 'silent' })
const PASSWORD = 'correct horse battery'
const STATEMENT = [{ resources: ['<.*>'], actions: ['<.*>'], effect: 'allow' }]

/** Made once, since they take a while. */
const identities = (async () => {
  const authority = await createAuthority('test')
  const uri = 'spiffe://test/region/east/control-plane'
  return { authority, own: await issueCertificate({ authority, uri, usage: 'server+client' }) }
})()

const INSTANCE = {
  ...{ id: 'an-instance', hostname: 'host', group: 'uat', region: 'east', status: 'Healthy' as const },
  ...{ lineage: null, version: null, hash: null, lastSeen: new Date().toISOString() },
}
const REGISTRY = { name: 'dns', type: 'dns', servers: ['127.0.0.1:53'] }
const PROMOTION = { source: 'dev', service: 'one' }

/** An Admin API with all that is beside APISIX's, over a store in memory; nobody has to say who they are. */
export class ServiceApp {
  readonly app: FastifyInstance
  /** How many writes of callers have been applied; what expires by itself is none. */
  writes = 0
  /** What stands for the parameters of paths. */
  readonly steps: Record<string, string> = {
    ...{ form: 'certificate', write: randomUUID(), type: 'upstreams', resource: 'an-upstream' },
  }
  readonly #close: () => Promise<void>

  static async start(): Promise<ServiceApp> {
    const { own, authority } = await identities
    const { certificate: cert, key } = authority
    const { config } = loadRuntimeConfig(
      JSON.stringify({
        deployment: {
          role: 'control_plane',
          certs: { cert: own.certificate, cert_key: own.key, trusted_ca_cert: cert },
          admin: { admin_key_required: false },
        },
        antipode: {
          ...{ database: 'postgres://127.0.0.1:1/none', authority: { cert, key } },
          identity: {
            bootstrap: 'a-secret-that-is-used-once',
            oidc: [
              {
                ...{ id: 'away', issuer: 'http://127.0.0.1:1', client_id: 'antipode', client_secret: 'a secret' },
                redirect_uri: 'http://127.0.0.1/api/oidc/callback',
              },
            ],
          },
        },
      }),
      'config.yaml',
      {},
    )
    const { identity, admin, database } = config.controlPlane
    const memory = new MemoryStore()
    let service: ServiceApp | undefined
    const store: ConfigurationStore = {
      region: memory.region,
      state: () => memory.state(),
      read: () => memory.read(),
      findWrite: (id) => memory.findWrite(id),
      write: async (id, apply) => {
        const receipt = await memory.write(id, apply)
        if (service) service.writes += 1
        return receipt
      },
    }
    const app = createAdminApi({ store, config: { ...admin, allow: [] } })
    const audit = new AuditLog({ region: 'east', database, retention: 3600, logger, confirmed: () => 0 })
    const oidc = await Promise.all(identity.oidc.map((settings) => OidcProvider.open(settings)))
    const instances = new InstanceLog()
    instances.observe([INSTANCE])
    addApi7eeSurface(app)
    addGroupSurface(app, { instances })
    addIdentitySurface(app, { store, settings: identity, oidc, audit })
    const trust = await LiveTrust.open(config, logger)
    servePki(app, { store, trust, issuer: new Issuer(trust, 3600), audit, group: 'default', regions: () => [] })
    service = new ServiceApp(app, async () => {
      trust.close()
      await audit.close()
      await app.close()
    })
    return service
  }

  private constructor(app: FastifyInstance, close: () => Promise<void>) {
    this.app = app
    this.#close = close
  }

  /** Puts one of each thing there, so that whatever a path may name is there. */
  async fill(): Promise<void> {
    const put = async (method: 'PUT' | 'POST', url: string, payload: object, headers = {}) => {
      const answer = await this.app.inject({ method, url, payload, headers })
      if (answer.statusCode >= 300) throw new Error(`${url}: ${answer.body}`)
      return answer.json()
    }
    const written = { 'x-antipode-write': this.steps.write! }
    await put('PUT', '/api/permission_policies/one', { name: 'one', statement: STATEMENT }, written)
    await put('PUT', '/api/roles/one', { name: 'one' })
    await put('PUT', '/api/users/one', { username: 'one', password: PASSWORD })
    const { value } = await put('POST', '/api/tokens', { name: 'one', statement: STATEMENT })
    for (const group of ['dev', 'uat']) await put('PUT', `/api/gateway_groups/${group}`, { name: group })
    await put('POST', '/api/gateway_groups/uat/admin_key', {})
    await put('PUT', '/api/gateway_groups/uat/variables/KEY', { value: 'a', secret: true })
    await put('PUT', '/api/gateway_groups/uat/service_registries/dns', REGISTRY)
    await put('PUT', '/apisix/admin/services/one?gateway_group_id=dev', { name: 'one' })
    const promoted = await put('POST', '/api/gateway_groups/uat/promotions', PROMOTION)
    const ofGroup = { group: 'uat', variable: 'KEY', registry: 'dns', instance: INSTANCE.id }
    Object.assign(this.steps, ofGroup, { promotion: promoted.value.id })
    Object.assign(this.steps, { username: 'one', id: 'one', token: value.id })
  }

  /** A path with what is there in place of its parameters. */
  pathOf(path: string): string {
    if (path.startsWith('/api/tokens/')) return path.replace('{id}', this.steps.token!)
    if (path.startsWith('/antipode/revocations/')) return '/antipode/revocations/certificate/0a1b'
    return path.replace(/\{(\w+)\}/g, (all, name: string) => this.steps[name] ?? all)
  }

  close(): Promise<void> {
    return this.#close()
  }
}

/** A sound body for each endpoint that takes one, by method and path. */
export const SERVICE_BODIES: Readonly<Record<string, object>> = {
  'POST /api/setup': { secret: 'a-secret-that-is-used-once', username: 'root', password: PASSWORD },
  'POST /api/login': { username: 'one', password: PASSWORD },
  'PUT /api/me/password': { old_password: PASSWORD, new_password: `another ${PASSWORD}` },
  'POST /api/users': { username: 'two', password: PASSWORD },
  'PUT /api/users/{username}': { username: 'one' },
  'POST /api/roles': { name: 'two' },
  'PUT /api/roles/{id}': { name: 'two' },
  'POST /api/permission_policies': { name: 'two', statement: STATEMENT },
  'PUT /api/permission_policies/{id}': { name: 'two', statement: STATEMENT },
  'POST /api/tokens': { name: 'two', statement: STATEMENT },
  'POST /api/gateway_groups': { name: 'another' },
  'PUT /api/gateway_groups/{group}': { name: 'uat' },
  'PUT /api/gateway_groups/{group}/variables/{variable}': { value: 'b' },
  'POST /api/gateway_groups/{group}/service_registries': { ...REGISTRY, name: 'another' },
  'PUT /api/gateway_groups/{group}/service_registries/{registry}': REGISTRY,
  'POST /api/gateway_groups/{group}/promotions': PROMOTION,
  'POST /antipode/connections': { form: 'token' },
}
