import type { AddressInfo } from 'node:net'
import { createAdminApi } from '../../../runtime/control-plane/admin-api/index.ts'
import { addApi7eeSurface } from '../../../runtime/control-plane/api7ee/index.ts'
import { addGroupSurface } from '../../../runtime/control-plane/groups/index.ts'
import { MemoryStore } from '../configuration-store/memory-store.ts'

export const ADMIN_KEY = 'admin-key'
export const GROUP_KEY = 'a7adm-default'

/** A control plane's Admin API with both of its surfaces, over a store in memory. */
export async function startAdminApi() {
  const store = new MemoryStore()
  const keys = [
    { name: 'admin', key: ADMIN_KEY, role: 'admin' as const },
    { name: 'group', key: GROUP_KEY, role: 'admin' as const },
  ]
  const app = createAdminApi({ store, config: { keyRequired: true, keys, allow: [] } })
  addApi7eeSurface(app)
  addGroupSurface(app)
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  return { store, server: `http://127.0.0.1:${port}`, close: () => app.close() }
}
