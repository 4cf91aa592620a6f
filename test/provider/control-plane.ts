import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import * as x509 from '@peculiar/x509'
import type { FastifyInstance } from 'fastify'
import { createAdminApi } from '../../runtime/control-plane/admin-api/index.ts'
import { addGroupSurface } from '../../runtime/control-plane/groups/index.ts'
import { addIdentitySurface } from '../../runtime/control-plane/identity/index.ts'
import { createAuthority } from '../../runtime/control-plane/pki/authority.ts'
import { Issuer } from '../../runtime/control-plane/pki/issuer.ts'
import type { LiveTrust } from '../../runtime/control-plane/pki/live-trust.ts'
import { servePki } from '../../runtime/control-plane/pki/serve-pki.ts'
import { MemoryStore } from '../contract/configuration-store/memory-store.ts'

export const TOKEN = 'planted-token-0f6a'

// biome-ignore lint/suspicious/noExplicitAny: the Admin API's JSON, as an outsider reads it.
type Json = any

type Add = (app: FastifyInstance, store: MemoryStore) => void

/** What issues and revokes what data planes identify themselves with. */
export async function identities(): Promise<Add> {
  const authority = await createAuthority('test')
  const trust = { authority, trustDomain: 'test', tls: { ca: authority.certificate } } as LiveTrust
  return (app, store) =>
    servePki(app, { store, trust, issuer: new Issuer(trust, 3600), group: 'default', regions: () => [] })
}

/** A request for a certificate, of a key that nobody else has. */
export async function certificateRequest(): Promise<string> {
  const algorithm = { name: 'Ed25519' }
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair
  const made = await x509.Pkcs10CertificateRequestGenerator.create({
    ...{ name: 'CN=edge', keys, signingAlgorithm: algorithm },
  })
  return `${made.toString('pem')}\n`
}

/**
 * The real Admin API over a store in memory, and a way past Terraform to what it holds.
 *
 * @param add what else it is to serve
 */
export async function startControlPlane(add?: Add, region?: string) {
  const store = new MemoryStore(region)
  const keys = [{ name: 'admin', key: TOKEN, role: 'admin' as const }]
  const app = createAdminApi({ store, config: { keyRequired: true, keys, allow: [] } })
  addGroupSurface(app)
  addIdentitySurface(app, { store, settings: { bootstrap: null, sessionTtl: 3600 } })
  add?.(app, store)
  await app.listen({ host: '127.0.0.1', port: 0 })
  const endpoint = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
  const call = async (method: string, path: string, body?: unknown): Promise<{ status: number; body: Json }> => {
    const response = await fetch(`${endpoint}${path.startsWith('/api/') ? '' : '/apisix/admin'}${path}`, {
      ...{ method, headers: { 'x-api-key': TOKEN, 'content-type': 'application/json' } },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, body: text ? JSON.parse(text) : null }
  }
  return {
    ...{ store, endpoint, token: TOKEN, call, close: () => app.close() },
    /** For providers that are configured by nothing else. */
    env: { ANTIPODE_ENDPOINTS: endpoint, ANTIPODE_TOKEN: TOKEN },
    stored: async (path: string): Promise<Json> => (await call('GET', path)).body.value,
  }
}
