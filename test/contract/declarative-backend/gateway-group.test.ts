import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { it } from 'node:test'
import { api7ee } from '../../../toolkit/declarative/api7ee/index.ts'
import { apisix } from '../../../toolkit/declarative/apisix/index.ts'
import { ControlPlaneClient } from '../../../toolkit/declarative/connection/control-plane-client.ts'
import { ADMIN_KEY, startAdminApi } from './control-plane.ts'
import { describeDeclarativeBackend } from './suite.ts'

for (const backend of [apisix, api7ee]) {
  describeDeclarativeBackend(backend, 'a group')

  it(`the backend ${backend.name} refuses a gateway group that is not there`, async () => {
    const api = await startAdminApi()
    const client = new ControlPlaneClient({ server: api.server, token: ADMIN_KEY, timeout: 60_000 })
    try {
      const scope = { gatewayGroup: 'none', labelSelector: {} }
      await assert.rejects(backend.open(client, scope), /there is no gateway group "none"/)
    } finally {
      await client.close()
      await api.close()
    }
  })
}

it('the backend apisix writes nothing where the server does not answer for the group', async () => {
  const server = createServer((request, response) => {
    const isAboutGroups = request.url!.startsWith('/api/')
    response.end(JSON.stringify(isAboutGroups ? { list: [{ id: 'g', name: 'dev' }] } : { total: 0, list: [] }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const client = new ControlPlaneClient({ server: `http://127.0.0.1:${port}`, timeout: 60_000 })
  try {
    const opened = apisix.open(client, { gatewayGroup: 'dev', labelSelector: {} })
    await assert.rejects(opened, /does not say that it answers for gateway group g/)
  } finally {
    await client.close()
    server.closeAllConnections()
    server.close()
  }
})
