import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { createAdminApi } from '../../runtime/control-plane/admin-api/index.ts'
import { addGroupSurface } from '../../runtime/control-plane/groups/index.ts'
import { addIdentitySurface } from '../../runtime/control-plane/identity/index.ts'
import { MemoryStore } from '../contract/configuration-store/memory-store.ts'

export const TOKEN = 'planted-token-0f6a'

// biome-ignore lint/suspicious/noExplicitAny: the Admin API's JSON, as an outsider reads it.
type Json = any

/**
 * The real Admin API over a store in memory, and a way past Terraform to what it holds.
 *
 * @param add what else it is to serve
 */
export async function startControlPlane(add?: (app: FastifyInstance, store: MemoryStore) => void) {
  const store = new MemoryStore()
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
