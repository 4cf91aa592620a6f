import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import type { CallReport, ReportedCalls } from '../../../../runtime/model/call-report.ts'
import { type Resources, TestAuthority, TestControlPlane } from '../support/test-control-plane.ts'
import { TestDataPlane, temporaryFolder, until } from '../support/test-data-plane.ts'

let upstream: Server
let authority: TestAuthority

before(async () => {
  authority = await TestAuthority.create()
  upstream = createServer((request, response) => {
    request.resume()
    request.on('end', () => {
      response.writeHead(Number(new URL(request.url!, 'http://localhost').searchParams.get('status') ?? 200), {
        'X-Upstream': 'planted-answer-header',
      })
      response.end(request.method === 'HEAD' ? undefined : 'planted-answer-body')
    })
  })
  upstream.listen(0, '127.0.0.1')
  await once(upstream, 'listening')
})

after(async () => {
  upstream.close()
  upstream.closeAllConnections()
  await authority.remove()
})

function resources(): Resources {
  const nodes = { [`127.0.0.1:${(upstream.address() as AddressInfo).port}`]: 1 }
  return {
    upstreams: { u: { nodes } },
    services: { s: { upstream_id: 'u' } },
    routes: { a: { uri: '/a', service_id: 's' }, b: { uri: '/b/*', upstream: { nodes } } },
  }
}

const QUICK = { interval: '100ms' }
const running = new Set<{ stop(): Promise<void> }>()

afterEach(async () => {
  for (const part of running) await stop(part)
})

async function stop(part: { stop(): Promise<void> }): Promise<void> {
  running.delete(part)
  await part.stop()
}

async function start(
  controlPlane: TestControlPlane,
  options: { cacheDir?: string; reports?: object } = {},
): Promise<TestDataPlane> {
  const { cacheDir, reports = QUICK } = options
  const antipode = { region: 'us-east-1', reports, ...(cacheDir && { cache_dir: cacheDir }) }
  const dataPlane = await TestDataPlane.start(authority, { controlPlanes: [controlPlane.url], extra: { antipode } })
  running.add(dataPlane)
  await dataPlane.untilRevision(1)
  return dataPlane
}

async function controlPlaneWithRoutes(port = 0): Promise<TestControlPlane> {
  const controlPlane = await TestControlPlane.start(authority, { port })
  running.add(controlPlane)
  controlPlane.publish(resources(), { epoch: 1, revision: 1 })
  return controlPlane
}

async function call(dataPlane: TestDataPlane, path: string, init: RequestInit = {}): Promise<number> {
  const answer = await fetch(dataPlane.url + path, init)
  await answer.arrayBuffer()
  return answer.status
}

function sumOf(reports: readonly CallReport[], route: string): ReportedCalls | undefined {
  const rows = reports.flatMap((report) => report.rows).filter((row) => row.route === route)
  const add = (a: readonly number[], b: readonly number[]) => a.map((value, index) => value + b[index]!)
  return rows.length === 0
    ? undefined
    : rows.reduce((sum, row) => ({
        ...row,
        calls: sum.calls + row.calls,
        statuses: add(sum.statuses, row.statuses),
        ingress: sum.ingress + row.ingress,
        egress: sum.egress + row.egress,
        time: sum.time + row.time,
        latency: add(sum.latency, row.latency),
      }))
}

const callsOf = (reports: readonly CallReport[]) =>
  reports.flatMap(({ rows }) => rows).reduce((sum, { calls }) => sum + calls, 0)

test('calls are reported by route, service and upstream, with how they ended, how long they took and their bytes', async () => {
  const controlPlane = await controlPlaneWithRoutes()
  const dataPlane = await start(controlPlane)
  await call(dataPlane, '/a')
  await call(dataPlane, '/a?status=404')
  await call(dataPlane, '/a?status=503', { method: 'POST', body: 'x'.repeat(10_000) })
  await call(dataPlane, '/b/1')
  await call(dataPlane, '/nowhere')
  await until(() => callsOf(controlPlane.reports) === 5)

  const a = sumOf(controlPlane.reports, 'a')!
  assert.deepEqual([a.service, a.upstream, a.calls, a.statuses], ['s', 'u', 3, [0, 1, 0, 1, 1, 0]])
  assert.ok(a.ingress > 10_000 && a.egress > 100, JSON.stringify(a))
  assert.equal(
    a.latency.reduce((sum, calls) => sum + calls),
    3,
  )
  assert.ok(a.time > 0)
  const b = sumOf(controlPlane.reports, 'b')!
  assert.deepEqual([b.service, b.upstream, b.calls], ['', '', 1])
  assert.deepEqual(sumOf(controlPlane.reports, '')!.statuses, [0, 0, 0, 1, 0, 0])
  const ids = controlPlane.reports.map(({ run, sequence }) => `${run}/${sequence}`)
  assert.equal(new Set(ids).size, ids.length)
  assert.ok(controlPlane.reports.every(({ index, region }) => index === 'default' && region === 'us-east-1'))
})

test('a call whose client leaves before there is an answer is counted as one without a status', async () => {
  const controlPlane = await controlPlaneWithRoutes()
  const dataPlane = await start(controlPlane)
  const socket = connect(dataPlane.port, '127.0.0.1')
  socket.write('POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\npart')
  await until(async () => (await connectionsOf(upstream)) > 0)
  socket.destroy()
  await until(() => callsOf(controlPlane.reports) === 1)
  assert.deepEqual(sumOf(controlPlane.reports, 'a')!.statuses, [0, 0, 0, 0, 0, 1])
})

test('reports wait while the control plane is away, over a restart, and each arrives once', async () => {
  const first = await controlPlaneWithRoutes()
  const cacheDir = await temporaryFolder()
  const before = await start(first, { cacheDir })
  const { port } = first
  await stop(first)
  for (let n = 0; n < 10; n++) await call(before, '/a')
  await until(async () => (await readdir(join(cacheDir, 'reports'))).length > 0)
  for (let n = 0; n < 10; n++) await call(before, '/b/1')
  await stop(before)
  assert.equal(callsOf(first.reports), 0)

  const second = await controlPlaneWithRoutes(port)
  const after = await start(second, { cacheDir })
  await until(() => callsOf(second.reports) === 20)
  assert.equal(sumOf(second.reports, 'a')!.calls, 10)
  await until(async () => (await readdir(join(cacheDir, 'reports'))).length === 0)
  await stop(after)
  assert.equal(callsOf(second.reports), 20)
})

test('a control plane that asks for patience gets the report later, one that refuses it never, and that is told', async () => {
  const controlPlane = await controlPlaneWithRoutes()
  const dataPlane = await start(controlPlane)
  const tries = () => controlPlane.received.filter((line) => line.startsWith('POST /reports')).length

  controlPlane.reportAnswer = { status: 429, headers: { 'Retry-After': '1' } }
  await call(dataPlane, '/a')
  await until(() => tries() > 0)
  controlPlane.reportAnswer = { status: 204 }
  await until(() => callsOf(controlPlane.reports) === 1)

  controlPlane.reportAnswer = { status: 413 }
  await call(dataPlane, '/a')
  await dataPlane.until(({ degraded }) => degraded.includes('1 calls are not reported: nobody took the reports'))
  controlPlane.reportAnswer = { status: 204 }
  await until(() => controlPlane.reports.some(({ dropped }) => dropped.reports === 1 && dropped.calls === 1))
  await dataPlane.until(({ degraded }) => degraded.length === 0)
})

test('a data plane that stops reports what it counted last', async () => {
  const controlPlane = await controlPlaneWithRoutes()
  const dataPlane = await start(controlPlane, { reports: { interval: '1h' } })
  await call(dataPlane, '/a')
  await stop(dataPlane)
  assert.equal(callsOf(controlPlane.reports), 1)
})

test('nothing of requests, answers or callers is in anything that is sent', async () => {
  const controlPlane = await controlPlaneWithRoutes()
  const dataPlane = await start(controlPlane)
  const headers = {
    Authorization: 'Bearer planted-request-header',
    Cookie: 'session=planted-cookie',
    'X-Planted-Name': 'planted-value',
    'X-Forwarded-For': '198.51.100.77',
    'User-Agent': 'planted-agent',
  }
  await call(dataPlane, '/a?token=planted-query', { method: 'POST', headers, body: 'planted-request-body' })
  await call(dataPlane, '/b/planted-path?status=500', { headers })
  await call(dataPlane, '/planted-unmatched', { headers })
  await until(() => callsOf(controlPlane.reports) === 3)
  await stop(dataPlane)
  // Every line this data plane has ever sent: registration, acknowledgements, heartbeats and reports.
  const sent = controlPlane.received.join('\n').toLowerCase()
  assert.ok(sent.includes('post /reports'))
  for (const secret of ['planted', '198.51.100.77']) assert.ok(!sent.includes(secret), secret)
  const reports = JSON.stringify(controlPlane.reports)
  for (const address of ['127.0.0.1', '::1']) assert.ok(!reports.includes(address), address)
})

function connectionsOf(server: Server): Promise<number> {
  return new Promise((resolve, reject) =>
    server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  )
}
