import { request } from 'undici'
import type { LocalRegion } from '../../toolkit/local/local-topology.ts'

/** Publishes a route that data planes answer by themselves. */
export async function publishRoute(writer: LocalRegion, id: string, uri: string): Promise<void> {
  const answer = await request(`${writer.admin}/apisix/admin/routes/${id}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', ...(writer.adminKey ? { 'x-api-key': writer.adminKey } : {}) },
    body: JSON.stringify({ uri, plugins: { 'fault-injection': { abort: { http_status: 200, body: 'served' } } } }),
  })
  const text = await answer.body.text()
  if (answer.statusCode >= 300) throw new Error(`PUT of ${id} answered ${answer.statusCode}: ${text}`)
}

/** Asks again, every millisecond, until the region's data plane serves the path. */
export async function untilServed(region: LocalRegion, uri: string): Promise<void> {
  const deadline = performance.now() + 10_000
  for (;;) {
    const answer = await request(`${region.gateway}${uri}`, { headersTimeout: 5_000 })
    await answer.body.dump()
    if (answer.statusCode === 200) return
    if (performance.now() > deadline) throw new Error(`${region.name} does not serve ${uri}`)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}
