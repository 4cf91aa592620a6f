import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { deadAddress, type Echo, echoUpstream, tcpUpstream } from './support/echo-upstream.ts'
import { exchange } from './support/raw-client.ts'
import { type Deployment, deploy, reconfigure, until } from './support/test-data-plane.ts'

let deployment: Deployment
before(async () => {
  deployment = await deploy(
    {},
    {
      nginx_config: { http: { client_max_body_size: 1_000_000, client_body_timeout: '1s' } },
    },
  )
})
after(() => deployment.stop())

const serve = (upstream: object, route: object = {}) =>
  reconfigure(deployment, { routes: { r1: { uri: '/*', upstream, ...route } } })
const call = (path = '/', init: RequestInit = {}) => fetch(`${deployment.dataPlane.url}${path}`, init)
const echo = async (path?: string, init?: RequestInit) => (await (await call(path, init)).json()) as Echo

test('a call and its body reach the upstream, and the answer comes back', async (t) => {
  await serve({ nodes: { [await echoUpstream(t)]: 1 } })
  const received = await echo('/a//b/../c?x=1', { method: 'POST', body: 'hello', headers: { 'x-mine': 'yes' } })
  assert.equal(received.url, '/a/c?x=1')
  assert.deepEqual([received.method, received.body, received.headers['x-mine']], ['POST', 'hello', 'yes'])
  assert.equal(received.headers.host, `127.0.0.1:${deployment.dataPlane.port}`)
  assert.equal((await call()).headers.get('server'), 'Antipode/0.1.0')
})

test('fields of one connection go no further, and claims about forwarding count for nothing', async (t) => {
  const address = await echoUpstream(t)
  await serve({ nodes: { [address]: 1 } })
  const text = await exchange(
    deployment.dataPlane.port,
    'GET / HTTP/1.1\nHost: a.example\nConnection: close, X-Secret\nX-Secret: 1\nKeep-Alive: 1\nTE: trailers\n' +
      'Proxy-Connection: x\nUpgrade: h2c\nHTTP2-Settings: x\nX-Forwarded-For: 6.6.6.6\nX-Real-IP: 6.6.6.6\n\n',
  )
  const { headers } = JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1)) as Echo
  for (const name of ['x-secret', 'keep-alive', 'te', 'proxy-connection', 'upgrade', 'http2-settings']) {
    assert.equal(headers[name], undefined, name)
  }
  assert.equal(headers['x-forwarded-for'], '127.0.0.1')
  assert.equal(headers['x-real-ip'], '127.0.0.1')
  assert.equal(headers['x-forwarded-host'], 'a.example')
  assert.equal(headers['x-forwarded-port'], String(deployment.dataPlane.port))
})

test("an upstream's fields of one connection go no further either", async (t) => {
  const bytes =
    'HTTP/1.1 200 OK\r\nConnection: X-Hop\r\nX-Hop: 1\r\nX-End: 2\r\nServer: theirs\r\nContent-Length: 2\r\n\r\nok'
  await serve({ nodes: { [await tcpUpstream(t, (socket) => socket.once('data', () => socket.write(bytes)))]: 1 } })
  const { headers } = await call()
  assert.deepEqual([headers.get('x-hop'), headers.get('x-end')], [null, '2'])
  assert.notEqual(headers.get('server'), 'theirs')
})

test('nodes share traffic by weight; a weight of 0 gets none; both forms are understood', async (t) => {
  const [a, b, c] = [await echoUpstream(t, 'a'), await echoUpstream(t, 'b'), await echoUpstream(t, 'c')]
  const asList = [a, b, c].map((address, index) => {
    const [host, port] = address.split(':')
    return { host, port: Number(port), weight: [3, 1, 0][index] }
  })
  for (const nodes of [{ [a]: 3, [b]: 1, [c]: 0 }, asList]) {
    await serve({ nodes })
    const names: string[] = []
    for (let index = 0; index < 8; index++) names.push((await echo()).name)
    assert.equal(names.filter((name) => name === 'a').length, 6)
    assert.equal(names.filter((name) => name === 'b').length, 2)
  }
})

test('a node that refuses is passed over, and one of lower priority is used when all others fail', async (t) => {
  const [host, port] = (await echoUpstream(t, 'alive')).split(':')
  const [deadHost, deadPort] = (await deadAddress()).split(':')
  const nodes = [
    { host: deadHost, port: Number(deadPort), weight: 100, priority: 1 },
    { host, port: Number(port), weight: 1, priority: 0 },
  ]
  await serve({ nodes })
  for (let index = 0; index < 3; index++) assert.equal((await echo()).name, 'alive')
  assert.equal((await echo('/', { method: 'POST', body: 'kept' })).body, 'kept')
  await serve({ nodes, retries: 0 })
  assert.equal((await call()).status, 502)
})

test('equal keys of a consistent hash go to one node', async (t) => {
  const nodes = { [await echoUpstream(t, 'a')]: 1, [await echoUpstream(t, 'b')]: 1 }
  await serve({ nodes, type: 'chash', hash_on: 'header', key: 'x-key' })
  const byKey = new Map<string, Set<string>>()
  for (let index = 0; index < 40; index++) {
    const key = `key-${index % 20}`
    const names = byKey.get(key) ?? new Set()
    byKey.set(key, names.add((await echo('/', { headers: { 'x-key': key } })).name))
  }
  assert.ok([...byKey.values()].every((names) => names.size === 1))
  assert.equal(new Set([...byKey.values()].flatMap((names) => [...names])).size, 2)
})

test('the host for the upstream is passed, the node, or rewritten', async (t) => {
  const address = await echoUpstream(t)
  for (const [upstream, expected] of [
    [{ pass_host: 'node' }, address],
    [{ pass_host: 'rewrite', upstream_host: 'b.example' }, 'b.example'],
  ] as const) {
    await serve({ nodes: { [address]: 1 }, ...upstream })
    assert.equal((await echo()).headers.host, expected)
  }
})

test('failures have their status: no route, no upstream, no node, refused, silent', async (t) => {
  await reconfigure(deployment, { routes: { r1: { uri: '/only', upstream: { nodes: { '127.0.0.1:1': 1 } } } } })
  const missing = await call('/other')
  assert.equal(missing.status, 404)
  assert.equal(await missing.text(), '{"error_msg":"404 Route Not Found"}')
  await serve({ nodes: {} })
  assert.equal((await call()).status, 503)
  await serve({ nodes: { [await deadAddress()]: 1 } })
  assert.equal((await call()).status, 502)
  const silent = await tcpUpstream(t, () => {})
  await serve({ nodes: { [silent]: 1 } }, { timeout: { connect: 1, send: 1, read: 0.2 } })
  const startedAt = performance.now()
  assert.equal((await call()).status, 504)
  const took = performance.now() - startedAt
  assert.ok(took >= 190 && took < 5000, `${took} ms`)
})

test('an upstream with broken framing is a 502', async (t) => {
  const broken = [
    'nonsense\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
    'HTTP/1.1 200 OK\r\nX-A: b\0c\r\nContent-Length: 0\r\n\r\n',
    'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n',
  ]
  for (const bytes of broken) {
    await serve({ nodes: { [await tcpUpstream(t, (socket) => socket.once('data', () => socket.end(bytes)))]: 1 } })
    assert.equal((await call()).status, 502, bytes)
  }
})

test('an answer that breaks off cannot look complete', async (t) => {
  for (const head of ['Content-Length: 100', 'Transfer-Encoding: chunked']) {
    const bytes = `HTTP/1.1 200 OK\r\n${head}\r\n\r\n5\r\nhello\r\n`
    await serve({ nodes: { [await tcpUpstream(t, (socket) => socket.once('data', () => socket.end(bytes)))]: 1 } })
    await assert.rejects(async () => (await call()).text())
  }
})

test('a reused connection that closes: an idempotent call is sent again once, a POST never', async (t) => {
  let calls = 0
  const address = await tcpUpstream(t, (socket) => {
    let first = true
    socket.on('data', () => {
      calls++
      if (first) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
      else socket.destroy()
      first = false
    })
  })
  await serve({ nodes: { [address]: 1 } })
  assert.equal(await (await call()).text(), 'ok')
  assert.equal(await (await call()).text(), 'ok')
  assert.equal(calls, 3)
  const post = async () => (await call('/', { method: 'POST', body: 'x' })).status
  const statuses = [await post(), await post(), await post(), await post()]
  assert.ok(statuses.includes(502), 'a connection was reused')
  assert.equal(calls, 3 + statuses.length)
})

test('a client that leaves ends the exchange with the upstream', async (t) => {
  let open = 0
  const address = await tcpUpstream(t, (socket) => {
    open++
    socket.resume().on('close', () => open--)
  })
  await serve({ nodes: { [address]: 1 } })
  const client = connect(deployment.dataPlane.port, '127.0.0.1', () => {
    client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  })
  await until(() => open === 1)
  client.destroy()
  await until(() => open === 0)
})

test('a chunked body over the limit is cut off with 413, and the upstream never takes it for whole', async (t) => {
  let complete = false
  const address = await echoUpstream(t, 'sink', (request) => {
    request.resume()
    request.on('end', () => {
      complete = true
    })
  })
  await serve({ nodes: { [address]: 1 } })
  const chunk = `10000\r\n${'a'.repeat(65_536)}\r\n`
  const request = `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(17)}`
  const answer = await exchange(deployment.dataPlane.port, Buffer.from(request))
  assert.match(answer, /^HTTP\/1\.1 413/)
  assert.equal(complete, false)
})

test('a malformed chunk is refused, and the upstream never takes the body for whole', async (t) => {
  let complete = false
  const address = await echoUpstream(t, 'sink', (request) => {
    request.resume()
    request.on('end', () => {
      complete = true
    })
  })
  await serve({ nodes: { [address]: 1 } })
  for (const chunks of ['3 x\nabc\n0\n\n', '3\nabcd\n0\n\n', 'zz\n']) {
    const request = `POST / HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\n${chunks}`
    assert.match(await exchange(deployment.dataPlane.port, request), /^HTTP\/1\.1 400/)
  }
  assert.equal(complete, false)
})

test('100-continue is answered before the body is sent', async (t) => {
  await serve({ nodes: { [await echoUpstream(t)]: 1 } })
  const body = await new Promise<string>((resolve, reject) => {
    const client = httpRequest(deployment.dataPlane.url, {
      method: 'POST',
      headers: { expect: '100-continue', 'content-length': 4 },
    })
    client.on('continue', () => client.end('body'))
    client.on('response', async (answer) => resolve(((await new Response(answer as never).json()) as Echo).body))
    client.on('error', reject)
  })
  assert.equal(body, 'body')
})

test('protocols are switched only where the route allows it', async (t) => {
  const address = await tcpUpstream(t, (socket) => {
    socket.once('data', (head) => {
      const asks = /upgrade: websocket/i.test(head.toString())
      if (!asks) socket.end('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nplain')
      else {
        socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Up: 1\r\n\r\n')
        socket.on('data', (data) => socket.write(data))
      }
    })
  })
  const request = 'GET / HTTP/1.1\nHost: a\nConnection: Upgrade\nUpgrade: websocket\n\n'
  await serve({ nodes: { [address]: 1 } })
  assert.match(await exchange(deployment.dataPlane.port, request, (text) => text.includes('plain')), /^HTTP\/1\.1 200/)
  await serve({ nodes: { [address]: 1 } }, { enable_websocket: true })
  const switched = await exchange(deployment.dataPlane.port, `${request}`, (text) => text.includes('X-Up'))
  assert.match(switched, /^HTTP\/1\.1 101 Switching Protocols\r\n(.*\r\n)*Upgrade: websocket\r\n/)
})

test('calls under way finish while a data plane stops', async (t) => {
  let arrived = false
  const address = await echoUpstream(t, 'slow', (_request, response) => {
    arrived = true
    setTimeout(() => response.end('done'), 300)
  })
  const other = await deploy({ routes: { r1: { uri: '/*', upstream: { nodes: { [address]: 1 } } } } })
  const answer = fetch(other.dataPlane.url)
  await until(() => arrived)
  await other.stop()
  assert.equal(await (await answer).text(), 'done')
})

test('large bodies pass unharmed both ways, also to a slow reader', async (t) => {
  const address = await echoUpstream(t, 'mirror', (request, response) => {
    request.pipe(response)
  })
  await serve({ nodes: { [address]: 1 } })
  const sent = randomBytes(1_000_000)
  const answer = await call('/', { method: 'POST', body: sent })
  const hash = createHash('sha256')
  for await (const part of answer.body!) {
    await delay(1)
    hash.update(part)
  }
  assert.equal(hash.digest('hex'), createHash('sha256').update(sent).digest('hex'))
})

test('an upstream is reached over TLS, and checked only where that is asked for', async (t) => {
  const { certificate, key } = await deployment.authority.issue('spiffe://local/upstream', 'server+client')
  const server = createTlsServer({ cert: certificate, key }, (_request, response) => response.end('secure'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  const nodes = { [`127.0.0.1:${(server.address() as AddressInfo).port}`]: 1 }
  await serve({ nodes, scheme: 'https' })
  assert.equal(await (await call()).text(), 'secure')
})

test('a trusted client says who it forwards for', async (t) => {
  const address = await echoUpstream(t)
  const routes = { r1: { uri: '/*', upstream: { nodes: { [address]: 1 } } } }
  const apisix = {
    node_listen: [{ ip: '127.0.0.1', port: 0 }],
    status: { ip: '127.0.0.1', port: 0 },
    trusted_addresses: ['127.0.0.0/8'],
  }
  const trusting = await deploy({ routes }, { apisix })
  t.after(() => trusting.stop())
  const headers = { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'https' }
  const received = (await (await fetch(trusting.dataPlane.url, { headers })).json()) as Echo
  assert.equal(received.headers['x-forwarded-for'], '203.0.113.9, 127.0.0.1')
  assert.equal(received.headers['x-forwarded-proto'], 'https')
})

test('the least loaded node is chosen by least_conn', async (t) => {
  const waiting: (() => void)[] = []
  const slow = await echoUpstream(t, 'slow', (_request, response) => {
    waiting.push(() => response.end('{"name":"slow"}'))
  })
  await serve({ nodes: { [slow]: 1, [await echoUpstream(t, 'fast')]: 1 }, type: 'least_conn' })
  const held = echo()
  await until(() => waiting.length > 0)
  for (let index = 0; index < 4; index++) assert.equal((await echo()).name, 'fast')
  for (const release of waiting) release()
  assert.equal((await held).name, 'slow')
})

test('a body that stalls is answered 408, and the upstream never takes it for whole', async (t) => {
  let complete = false
  const address = await echoUpstream(t, 'sink', (request) => {
    request.resume()
    request.on('end', () => {
      complete = true
    })
  })
  await serve({ nodes: { [address]: 1 } })
  const request = 'POST / HTTP/1.1\nHost: a\nContent-Length: 10\n\nabc'
  assert.match(await exchange(deployment.dataPlane.port, request), /^HTTP\/1\.1 408/)
  assert.equal(complete, false)
})

test('answers without a body have none, whatever the upstream says', async (t) => {
  for (const [method, status] of [
    ['HEAD', '200 OK'],
    ['GET', '204 No Content'],
    ['GET', '304 Not Modified'],
  ] as const) {
    const bytes = `HTTP/1.1 ${status}\r\nContent-Length: 5\r\n\r\nstray`
    await serve({ nodes: { [await tcpUpstream(t, (socket) => socket.once('data', () => socket.write(bytes)))]: 1 } })
    const request = `${method} / HTTP/1.1\nHost: a\nConnection: close\n\n`
    const answer = await exchange(deployment.dataPlane.port, request)
    assert.ok(answer.startsWith(`HTTP/1.1 ${status.slice(0, 3)}`) && answer.endsWith('\r\n\r\n'), answer)
    assert.equal(/content-length/i.test(answer), !status.startsWith('204'))
  }
})

test('a refusal of a call that waits to continue ends its connection', async () => {
  await reconfigure(deployment, {})
  const request = 'POST / HTTP/1.1\nHost: a\nExpect: 100-continue\nContent-Length: 10\n\n'
  const answer = await exchange(deployment.dataPlane.port, request)
  assert.match(answer, /^HTTP\/1\.1 404/)
  assert.match(answer, /^Connection: close\r$/im)
})

test('settings at the ends of their ranges are served', async (t) => {
  const address = await echoUpstream(t)
  const month = { connect: 2_600_000, send: 2_600_000, read: 2_600_000 }
  for (const upstream of [
    { timeout: month },
    { keepalive_pool: { idle_timeout: 0, requests: 1 } },
    { keepalive_pool: { idle_timeout: 0.0001, requests: 1 } },
    { keepalive_pool: { idle_timeout: 2_600_000, requests: 1_000_000_000 } },
    { retry_timeout: 2_600_000, retries: 65_535 },
  ]) {
    await serve({ nodes: { [address]: 1 }, ...upstream })
    for (let index = 0; index < 2; index++) assert.equal((await echo()).name, 'echo', JSON.stringify(upstream))
  }
})
