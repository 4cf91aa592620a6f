import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { until } from '../toolkit/local/database/linked-databases.ts'
import { type DockerEngine, startEngine } from './docker-engine.ts'
import { makeNodeBase } from './node-base.ts'
import { RegionInContainers } from './region-in-containers.ts'

const CALLS = 40

const found = await startEngine()
const engine = found as DockerEngine

describe('a region in containers', { skip: typeof found === 'string' && found }, () => {
  let region: RegionInContainers
  let upstream: Server
  let controlPlane: string
  let dataPlane: string
  /** Calls of `/held` that wait at the upstream. */
  const held: ServerResponse[] = []

  const route = (id: string) => ({
    uri: `/${id}`,
    upstream: { type: 'roundrobin', nodes: { [`127.0.0.1:${(upstream.address() as AddressInfo).port}`]: 1 } },
  })

  before(async () => {
    upstream = createServer((request, response) => {
      if (request.url === '/held') held.push(response)
      else response.end('served')
    }).listen(0, '127.0.0.1')
    await once(upstream, 'listening')
    const { image } = await engine.antipode('image', 'build', '--base', await makeNodeBase(engine))
    region = await RegionInContainers.start(engine, String(image))
  })
  after(async () => {
    upstream.closeAllConnections()
    upstream.close()
    await engine.close()
    await region?.close()
  })

  it('has a control plane that is healthy, and writes', async () => {
    controlPlane = await region.runControlPlane()
    await region.untilActive()
    await region.untilHealthy(controlPlane)
    for (const id of ['served', 'held']) {
      const { status } = await region.admin('PUT', `/apisix/admin/routes/${id}`, route(id))
      assert.equal(status, 201)
    }
  })

  it('has a data plane that is healthy, and serves what was configured', async () => {
    dataPlane = await region.runDataPlane()
    await region.untilServed('/served')
    await region.untilHealthy(dataPlane)
  })

  it('writes its logs as JSON lines on stderr, and no key into them', async () => {
    for (const container of [controlPlane, dataPlane]) {
      const { stdout, stderr } = await engine.logs(container)
      assert.equal(stdout, '')
      const lines = stderr.split('\n').filter((line) => line.startsWith('{'))
      assert.ok(lines.length > 0)
      for (const line of lines) assert.equal(typeof JSON.parse(line).msg, 'string')
      assert.ok(!stderr.includes('PRIVATE KEY'))
    }
  })

  it('finishes every call under way when it is told to stop, takes no more, and ends with 0', async () => {
    const url = `http://127.0.0.1:${region.ports.gateway}/held`
    const calls = Array.from({ length: CALLS }, () => fetch(url))
    await until('every call waits at the upstream', () => held.length === CALLS)
    const stopped = engine.docker('stop', '--time', '60', dataPlane)
    await until('the data plane takes no more calls', async () => {
      return fetch(`http://127.0.0.1:${region.ports.gateway}/served`).then(
        () => false,
        () => true,
      )
    })
    for (const response of held) response.end('served after all')
    const answers = await Promise.all(calls.map(async (call) => (await call).text()))
    assert.deepEqual(answers, Array(CALLS).fill('served after all'))
    await stopped
    assert.equal(await region.exitCode(dataPlane), 0)
  })

  it('ends its control plane with 0 too', async () => {
    await engine.docker('stop', '--time', '60', controlPlane)
    assert.equal(await region.exitCode(controlPlane), 0)
  })

  it('serves again after a start with no control plane there, from its cache', async () => {
    await engine.docker('start', dataPlane)
    await region.untilServed('/served')
    await region.untilHealthy(dataPlane)
  })

  it('goes on writing where it was after a start of the control plane', async () => {
    await engine.docker('start', controlPlane)
    await region.untilActive()
    const { body } = await region.admin('GET', '/apisix/admin/routes')
    assert.equal(body.total, 2)
    assert.equal((await region.admin('PUT', '/apisix/admin/routes/later', route('later'))).status, 201)
    await region.untilServed('/later')
  })
})
