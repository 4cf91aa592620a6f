import { Agent, createServer, request as httpRequest } from 'node:http'
import type { AddressInfo, Server } from 'node:net'
import { pino } from 'pino'
import { ResourceCompiler } from '../runtime/data-plane/configuration/compiled-resources.ts'
import { LiveConfiguration } from '../runtime/data-plane/configuration/live-configuration.ts'
import { Gateway } from '../runtime/data-plane/gateway.ts'
import { GatewayServer } from '../runtime/data-plane/gateway-server.ts'
import { PLUGINS } from '../runtime/data-plane/plugins.ts'
import { loadRuntimeConfig } from '../runtime/model/load-runtime-config.ts'

/**
 * One process of the data plane's benchmark: `upstream`, `bare <upstream port>` (node:http and nothing else) or
 * `gateway <upstream port> <routes> <plugins>`. Tells its port once it listens; any message is answered with the CPU
 * time used so far, in microseconds.
 */
const [role, upstreamPort, routeCount, withPlugins] = process.argv.slice(2)

function upstream(): Server {
  const body = Buffer.alloc(200, 'x')
  return createServer((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Length': body.length })
    response.end(body)
  })
}

function bare(): Server {
  const agent = new Agent({ keepAlive: true })
  return createServer((request, response) => {
    const { method, url: path, rawHeaders } = request
    const options = { host: '127.0.0.1', port: upstreamPort, agent, method, path, headers: [...rawHeaders] }
    const onward = httpRequest(options as object, (answer) => {
      response.writeHead(answer.statusCode!, answer.rawHeaders)
      answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    if (request.headers['content-length'] || request.headers['transfer-encoding']) request.pipe(onward)
    else onward.end()
  })
}

async function gateway(): Promise<number> {
  const config = loadRuntimeConfig(
    JSON.stringify({
      deployment: {
        role_data_plane: { control_plane: { host: 'https://127.0.0.1:1' } },
        certs: { cert: 'unused', cert_key: 'unused', trusted_ca_cert: 'unused' },
      },
    }),
    'bench',
    {},
  ).config.dataPlane
  const live = new LiveConfiguration(new ResourceCompiler(PLUGINS))
  const plugins = { 'key-auth': {}, 'proxy-rewrite': { headers: { set: { 'X-Route': '$route_id' } } } }
  const nodes = { [`127.0.0.1:${upstreamPort}`]: 1 }
  live.apply([
    { type: 'upstreams', id: 'u', value: { id: 'u', nodes } },
    { type: 'consumers', id: 'c', value: { username: 'c', plugins: { 'key-auth': { key: 'bench' } } } },
    ...Array.from({ length: Number(routeCount) }, (_, index) => {
      const value = { id: `r${index}`, uri: `/v1/resource-${index}/*`, upstream_id: 'u' }
      const id = `r${index}`
      return { type: 'routes' as const, id, value: withPlugins === 'true' ? { ...value, plugins } : value }
    }),
  ])
  if (live.refused.length > 0) throw new Error(JSON.stringify(live.refused[0]))
  const source = { table: live.build(), fields: ['Server', 'Antipode'] }
  const logger = pino({ level: 'silent' })
  const server = new GatewayServer(new Gateway(source, config, logger), source, config, logger)
  await server.listen({ ip: '127.0.0.1', port: 0 })
  return server.address.port
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

const port = role === 'gateway' ? await gateway() : await listening(role === 'bare' ? bare() : upstream())
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send?.(user + system)
})
process.on('disconnect', () => process.exit())
process.send?.(port)
