import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { CreateHealthCheckCommand, Route53Client, UpdateHealthCheckCommand } from '@aws-sdk/client-route-53'
import { MotoServer } from '../../toolkit/moto-server.ts'
import { type Player, REGIONS } from './player.ts'

/**
 * Health checks of moto, behind a server that plays the checkers: moto's see every file, these see the ones that
 * `put` put there.
 */
export async function invertedCheckPlayer(): Promise<Player & { put(region: string, there: boolean): void }> {
  const moto = await MotoServer.start()
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  const direct = new Route53Client({ region: 'us-east-1', endpoint: moto.endpoint, credentials })
  const ids: Record<string, string> = {}
  for (const region of REGIONS) {
    const { HealthCheck: check } = await direct.send(
      new CreateHealthCheckCommand({
        CallerReference: region,
        HealthCheckConfig: {
          ...{ Type: 'HTTPS', FullyQualifiedDomainName: 'switch.example', Port: 443, ResourcePath: `/off/${region}` },
          ...{ Inverted: true, RequestInterval: 10, FailureThreshold: 1, EnableSNI: true },
        },
      }),
    )
    ids[region] = check?.Id ?? ''
  }
  const there = new Set<string>()
  const orders: string[] = []
  const server = createServer(async (request, response) => {
    const body = await buffer(request)
    const url = request.url ?? ''
    const region = REGIONS.find((one) => url.includes(`/${ids[one]}`)) ?? ''
    if (url.endsWith('/status')) {
      const status = there.has(region)
        ? 'Success: HTTP Status Code 200, OK'
        : 'Failure: HTTP Status Code 404, Not Found'
      const observation = `<HealthCheckObservation><StatusReport><Status>${status}</Status></StatusReport></HealthCheckObservation>`
      response
        .writeHead(200, { 'content-type': 'text/xml' })
        .end(
          `<GetHealthCheckStatusResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><HealthCheckObservations>${observation.repeat(3)}</HealthCheckObservations></GetHealthCheckStatusResponse>`,
        )
      return
    }
    if (request.method === 'POST') {
      const inverted = /<Inverted>true</.test(body.toString())
      orders.push(`${region} ${inverted !== there.has(region) ? 'on' : 'off'}`)
    }
    const headers = new Headers()
    for (const [name, value] of Object.entries(request.headers)) {
      if (!/^(host|connection|content-length|expect)$/.test(name)) headers.set(name, String(value))
    }
    const answer = await fetch(moto.endpoint + url, {
      method: request.method ?? 'GET',
      headers,
      ...(request.method === 'POST' && { body: new Uint8Array(body) }),
    })
    response.writeHead(answer.status, { 'content-type': 'text/xml' }).end(await answer.text())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    ...{ ids, orders },
    env: { ...moto.env, AWS_ENDPOINT_URL: endpoint },
    put: (region, is) => void (is ? there.add(region) : there.delete(region)),
    turn: async (region, on) => {
      await direct.send(new UpdateHealthCheckCommand({ HealthCheckId: ids[region], Inverted: on }))
    },
    stop: async () => {
      direct.destroy()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await moto.stop()
    },
  }
}
