import { serveJson } from './json-server.ts'
import { type Player, REGIONS } from './player.ts'

/** Cloudflare's API of pools, as far as a switch needs it. */
export async function cloudflarePlayer(): Promise<Player> {
  const ids = Object.fromEntries(REGIONS.map((region, index) => [region, `${index}`.repeat(32)]))
  const enabled = new Map<string, boolean>(REGIONS.map((region) => [ids[region] ?? '', true]))
  const orders: string[] = []
  const { url, stop } = await serveJson((request, text) => {
    const refuse = (status: number, message: string) => ({
      status,
      body: { success: false, errors: [{ code: 10_000, message }], result: null },
    })
    if (request.headers.authorization !== 'Bearer a-token') return refuse(403, 'Authentication error')
    const [, id = ''] = /^\/accounts\/account\/load_balancers\/pools\/(\w+)$/.exec(request.url ?? '') ?? []
    if (!enabled.has(id)) return refuse(404, 'pool not found')
    const region = REGIONS.find((one) => ids[one] === id)
    if (request.method === 'PATCH') {
      const { enabled: is } = JSON.parse(text)
      enabled.set(id, is)
      orders.push(`${region} ${is ? 'on' : 'off'}`)
    }
    const result = { id, name: `payments-${region}`, enabled: enabled.get(id) }
    return { body: { success: true, errors: [], result } }
  })
  return {
    ...{ ids, orders, stop },
    env: { CLOUDFLARE_BASE_URL: url, CLOUDFLARE_API_TOKEN: 'a-token' },
    turn: (region, on) => void enabled.set(ids[region] ?? '', on),
  }
}
