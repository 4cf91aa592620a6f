import { serveJson } from './json-server.ts'
import { type Player, REGIONS } from './player.ts'

export const RULE = 'arn:aws:route53-recovery-control::123456789012:controlpanel/panel/safetyrule/one-stays-on'

/**
 * A cluster of routing controls whose safety rule keeps the west on. Of its five endpoints two answer, one is being
 * serviced, one fails, and one has nobody behind it.
 */
export async function routingControlPlayer(): Promise<
  Player & { readonly endpoints: readonly { readonly endpoint: string; readonly region: string }[] }
> {
  const ids = Object.fromEntries(
    REGIONS.map((region) => [
      region,
      `arn:aws:route53-recovery-control::123456789012:controlpanel/panel/routingcontrol/${region}`,
    ]),
  )
  const on = new Map<string, boolean>(REGIONS.map((region) => [ids[region] ?? '', true]))
  const orders: string[] = []
  const regionOf = (arn: string) => arn.split('/').at(-1)
  const cluster = () =>
    serveJson((request, text) => {
      const body = JSON.parse(text)
      if (request.headers['x-amz-target'] === 'ToggleCustomerAPI.GetRoutingControlState') {
        const { RoutingControlArn: arn } = body
        if (!on.has(arn)) {
          return { status: 400, body: { __type: 'ResourceNotFoundException', message: 'there is no such control' } }
        }
        return { body: { RoutingControlArn: arn, RoutingControlState: on.get(arn) ? 'On' : 'Off' } }
      }
      const entries = body.UpdateRoutingControlStateEntries as {
        RoutingControlArn: string
        RoutingControlState: string
      }[]
      const west = entries.find(({ RoutingControlArn: arn }) => regionOf(arn) === 'us-west-2')
      if (west?.RoutingControlState === 'Off' && !body.SafetyRulesToOverride?.includes(RULE)) {
        return { status: 400, body: { __type: 'ConflictException', message: `${RULE} keeps us-west-2 on` } }
      }
      for (const { RoutingControlArn: arn, RoutingControlState: state } of entries) {
        on.set(arn, state === 'On')
        orders.push(`${regionOf(arn)} ${state === 'On' ? 'on' : 'off'}`)
      }
      return { body: {} }
    })
  const failing = (status: number, type: string) =>
    serveJson(() => ({ status, body: { __type: type, message: 'come again' } }))
  const servers = await Promise.all([
    cluster(),
    cluster(),
    failing(503, 'EndpointTemporarilyUnavailableException'),
    failing(500, 'InternalServerException'),
    failing(500, 'InternalServerException'),
  ])
  await servers[4]?.stop()
  const places = ['us-east-1', 'us-west-2', 'eu-west-1', 'ap-northeast-1', 'ap-southeast-2']
  return {
    ...{ ids, orders },
    env: { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
    endpoints: servers.map(({ url }, index) => ({ endpoint: url, region: places[index] ?? '' })),
    turn: (region, is) => void on.set(ids[region] ?? '', is),
    stop: async () => {
      await Promise.all(servers.slice(0, 4).map((server) => server.stop()))
    },
  }
}
