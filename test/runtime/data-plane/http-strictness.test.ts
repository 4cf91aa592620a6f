import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { exchange } from './support/raw-client.ts'
import { type Deployment, deploy } from './support/test-data-plane.ts'

const answers = { 'fault-injection': { abort: { http_status: 200, body: 'served $uri' } } }
let deployment: Deployment

before(async () => {
  const http = { client_max_body_size: 1000, client_header_timeout: '500ms', client_body_timeout: '500ms' }
  deployment = await deploy({ routes: { r1: { uri: '/*', plugins: answers } } }, { nginx_config: { http } })
})
after(() => deployment.stop())

const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1])
const HOST = 'Host: a.example\n'
const CLOSE = 'Connection: close\n'

/** Each is to be answered with this status, and with nothing after it. */
const REFUSED: readonly [string, number, string | Buffer][] = [
  ['two hosts', 400, `GET / HTTP/1.1\n${HOST}${HOST}\n`],
  ['no host', 400, `GET / HTTP/1.1\n\n`],
  ['an empty host', 400, `GET / HTTP/1.1\nHost:\n\n`],
  ['user info in the host', 400, `GET / HTTP/1.1\nHost: me@a.example\n\n`],
  ['a slash in the host', 400, `GET / HTTP/1.1\nHost: a/b\n\n`],
  ['two names in the host', 400, `GET / HTTP/1.1\nHost: a,b\n\n`],
  ['a space in the host', 400, `GET / HTTP/1.1\nHost: a b\n\n`],
  ['an impossible port', 400, `GET / HTTP/1.1\nHost: a:99999\n\n`],
  ['HTTP/2 in the request line', 505, `GET / HTTP/2.0\n${HOST}\n`],
  ['an unknown version', 400, `GET / HTTP/1.9\n${HOST}\n`],
  ['chunks from HTTP/1.0', 400, `POST / HTTP/1.0\n${HOST}Transfer-Encoding: chunked\n\n0\n\n`],
  ['both framings', 400, `POST / HTTP/1.1\n${HOST}Content-Length: 3\nTransfer-Encoding: chunked\n\n0\n\n`],
  ['two lengths', 400, `POST / HTTP/1.1\n${HOST}Content-Length: 3\nContent-Length: 4\n\nabcd`],
  ['a list of lengths', 400, `POST / HTTP/1.1\n${HOST}Content-Length: 3, 3\n\nabc`],
  ['a signed length', 400, `POST / HTTP/1.1\n${HOST}Content-Length: +3\n\nabc`],
  ['a length past 64 bits', 400, `POST / HTTP/1.1\n${HOST}Content-Length: 18446744073709551617\n\nabc`],
  ['a name like a length', 400, `POST / HTTP/1.1\n${HOST}Content_Length: 3\n\nabc`],
  ['a name like a coding', 400, `POST / HTTP/1.1\n${HOST}Transfer---Encoding: chunked\n\n0\n\n`],
  ['another coding', 400, `POST / HTTP/1.1\n${HOST}Transfer-Encoding: gzip, chunked\n\n0\n\n`],
  ['a folded line', 400, `GET / HTTP/1.1\n${HOST}X-A: b\n c\n\n`],
  ['a line without colon', 400, `GET / HTTP/1.1\n${HOST}nonsense\n\n`],
  ['space before the colon', 400, `GET / HTTP/1.1\n${HOST}X-A : b\n\n`],
  ['NUL in a value', 400, `GET / HTTP/1.1\n${HOST}X-A: b\0c\n\n`],
  ['bare line feeds', 400, Buffer.from('GET / HTTP/1.1\nHost: a.example\n\n')],
  ['tabs in the request line', 400, `GET\t/\tHTTP/1.1\n${HOST}\n`],
  ['a path above the root', 400, `GET /../x HTTP/1.1\n${HOST}\n`],
  ['a broken escape', 400, `GET /%zz HTTP/1.1\n${HOST}\n`],
  ['an escaped NUL', 400, `GET /%00 HTTP/1.1\n${HOST}\n`],
  ['CONNECT', 405, `CONNECT a.example:443 HTTP/1.1\n${HOST}\n`],
  ['a star without OPTIONS', 400, `GET * HTTP/1.1\n${HOST}\n`],
  ['a huge header block', 431, `GET / HTTP/1.1\n${HOST}${`X-A: ${'a'.repeat(4000)}\n`.repeat(12)}\n`],
  ['a long target', 414, `GET /${'a'.repeat(9000)} HTTP/1.1\n${HOST}\n`],
  ['a body over the limit', 413, `POST / HTTP/1.1\n${HOST}Content-Length: 1001\n\n`],
  ['an expectation that is not known', 417, `POST / HTTP/1.1\n${HOST}Expect: miracles\nContent-Length: 1\n\na`],
  ['a header that never ends', 408, `GET / HTTP/1.1\n${HOST}`],
]

for (const [what, status, request] of REFUSED) {
  test(`${what}: ${status}`, async () => {
    const answer = await exchange(deployment.dataPlane.port, request)
    assert.equal(statusOf(answer), status, answer)
    assert.equal(answer.match(/HTTP\/1\.1 \d{3}/g)?.length, 1, answer)
    assert.ok(!answer.includes('served'), answer)
  })
}

/** Each is served, with this as the path that was matched. */
const SERVED: readonly [string, string, string][] = [
  ['dot segments', '/a/b/../c/./d', '/a/c/d'],
  ['escaped dots', '/a/%2e%2E/b', '/b'],
  ['repeated slashes', '//a///b/', '/a/b/'],
  ['an escaped slash stays', '/a%2fb', '/a%2fb'],
  ['an absolute form', 'http://other.example/a/../b?c', '/b'],
]

for (const [what, target, path] of SERVED) {
  test(`${what}: matched as ${path}`, async () => {
    const answer = await exchange(deployment.dataPlane.port, `GET ${target} HTTP/1.1\n${HOST}${CLOSE}\n`)
    assert.equal(answer.split('\r\n\r\n')[1], `served ${path}`)
  })
}

test('what comes behind Connection: close is ignored and replaces nothing', async () => {
  const request = `GET /one HTTP/1.1\n${HOST}${CLOSE}\nGET /two HTTP/1.1\n${HOST}\n`
  const answer = await exchange(deployment.dataPlane.port, request)
  assert.equal(statusOf(answer), 200)
  assert.ok(answer.includes('/one') && !answer.includes('/two'))
})

test('OPTIONS * is answered', async () => {
  assert.equal(statusOf(await exchange(deployment.dataPlane.port, `OPTIONS * HTTP/1.1\n${HOST}${CLOSE}\n`)), 204)
})

test('HTTP/1.0 without a host is served, and never in chunks', async () => {
  const answer = await exchange(deployment.dataPlane.port, 'GET /x HTTP/1.0\n\n')
  assert.equal(statusOf(answer), 200)
  assert.ok(!/transfer-encoding/i.test(answer))
})
