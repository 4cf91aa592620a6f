import { serveJson } from './json-server.ts'
import { type Player, REGIONS } from './player.ts'

/** Global Accelerator's endpoint groups, which moto has not. */
export async function acceleratorPlayer(): Promise<Player> {
  const ids = Object.fromEntries(
    REGIONS.map((region) => [
      region,
      `arn:aws:globalaccelerator::123456789012:accelerator/a/listener/l/endpoint-group/${region}`,
    ]),
  )
  const dials = new Map<string, number>(REGIONS.map((region) => [ids[region] ?? '', 100]))
  const orders: string[] = []
  const { url, stop } = await serveJson((request, text) => {
    const { EndpointGroupArn: arn, TrafficDialPercentage: dial } = JSON.parse(text)
    if (!dials.has(arn)) {
      return { status: 400, body: { __type: 'EndpointGroupNotFoundException', Message: 'there is no such group' } }
    }
    if (request.headers['x-amz-target'] === 'GlobalAccelerator_V20180706.UpdateEndpointGroup') {
      dials.set(arn, dial)
      orders.push(`${arn.split('/').at(-1)} ${dial > 0 ? 'on' : 'off'}`)
    }
    return { body: { EndpointGroup: { EndpointGroupArn: arn, TrafficDialPercentage: dials.get(arn) } } }
  })
  return {
    ...{ ids, orders, stop },
    env: { AWS_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
    turn: (region, on) => void dials.set(ids[region] ?? '', on ? 100 : 0),
  }
}
