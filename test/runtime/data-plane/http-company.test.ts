import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { tcpUpstream } from './support/echo-upstream.ts'
import { exchange } from './support/raw-client.ts'
import { ScriptedUpstream } from './support/scripted-upstream.ts'
import { type Deployment, deploy, reconfigure, until } from './support/test-data-plane.ts'
import { readMessages } from './support/wire-message.ts'

/** What requests of every kind do to one another on one connection, and what is left of clients that go. */

let deployment: Deployment
let upstream: ScriptedUpstream
before(async () => {
  upstream = await ScriptedUpstream.start()
  const http = { client_max_body_size: 1000, client_header_timeout: '1s', client_body_timeout: '1s' }
  const nodes = { [upstream.address]: 1 }
  const routes = {
    passed: { uri: '/*', upstream: { nodes }, enable_websocket: true },
    answered: { uri: '/answered', plugins: { 'fault-injection': { abort: { http_status: 200, body: 'x' } } } },
    delayed: { uri: '/delayed', plugins: { 'fault-injection': { delay: { duration: 0.01 } } }, upstream: { nodes } },
    looked: { uri: '/looked', vars: [['post_arg_x', '==', '1']], upstream: { nodes } },
  }
  deployment = await deploy({ routes }, { nginx_config: { http } })
})
after(async () => {
  await deployment.stop()
  upstream.stop()
})

const HOST = 'Host: a.example\n'
const FORM = 'Content-Type: application/x-www-form-urlencoded\n'
const CHUNKED = `POST /chunks HTTP/1.1\n${HOST}Transfer-Encoding: chunked\n\n3\nabc`
const REQUESTS: Readonly<Record<string, string>> = {
  'a call': `GET /passed HTTP/1.1\n${HOST}\n`,
  'a call answered here': `GET /answered HTTP/1.1\n${HOST}\n`,
  'a body nobody reads': `POST /answered HTTP/1.1\n${HOST}Content-Length: 900\n\nabc`,
  'a call that waits': `GET /delayed HTTP/1.1\n${HOST}\n`,
  'a body looked at': `POST /looked HTTP/1.1\n${HOST}${FORM}Content-Length: 3\n\nx=1`,
  chunks: `${CHUNKED}\n0\n\n`,
  'broken chunks': `${CHUNKED}zz\n`,
  'a body too large': `POST /passed HTTP/1.1\n${HOST}Content-Length: 5000\n\n`,
  'half a body': `POST /passed HTTP/1.1\n${HOST}Content-Length: 10\n\nabc`,
  'a refused call': `GET /../above HTTP/1.1\n${HOST}\n`,
  junk: '\0nonsense\n\n',
  CONNECT: `CONNECT b.example:443 HTTP/1.1\n${HOST}\n`,
  'a switch': `GET /passed HTTP/1.1\n${HOST}Connection: Upgrade\nUpgrade: websocket\n\n`,
  'an expectation': `POST /passed HTTP/1.1\n${HOST}Expect: 100-continue\nContent-Length: 3\n\nabc`,
  'a false expectation': `POST /passed HTTP/1.1\n${HOST}Expect: miracles\nContent-Length: 3\n\nabc`,
  'OPTIONS *': `OPTIONS * HTTP/1.1\n${HOST}\n`,
  'HTTP/1.0': `GET /passed HTTP/1.0\n${HOST}\n`,
}
const LAST = `GET /last HTTP/1.1\n${HOST}Connection: close\n\n`

for (const [first, bytes] of Object.entries(REQUESTS)) {
  test(`${first}, then anything in the same packet: the connection ends with an answer, the gateway goes on`, async () => {
    const pairs = Object.entries(REQUESTS).map(async ([second, more]) => {
      const text = await exchange(deployment.dataPlane.port, bytes + more + LAST)
      const answers = readMessages(text, { isResponse: true, end: 'closed' })
      const final = answers.filter((answer) => !answer.first.startsWith('HTTP/1.1 100'))
      assert.ok(final.length >= 1 && final.length <= 3, `${first}, ${second}: ${text}`)
      assert.ok(
        answers.every((answer) => answer.first.startsWith('HTTP/1.1 ')),
        `${first}, ${second}: ${text}`,
      )
    })
    await Promise.all(pairs)
  })
}

test('clients that leave at any moment leave nothing behind', async () => {
  const leave = (bytes: string, moment: number) =>
    new Promise<void>((resolve) => {
      const socket = connect(deployment.dataPlane.port, '127.0.0.1', () => {
        socket.write(bytes.replaceAll('\n', '\r\n'))
        setTimeout(() => socket.resetAndDestroy(), moment)
      })
      socket.on('error', () => {}).on('close', () => resolve())
    })
  for (let moment = 0; moment < 20; moment += 4) {
    await Promise.all(Object.values(REQUESTS).map((bytes) => leave(bytes + LAST, moment)))
  }
  await until(async () => upstream.unanswered === 0)
  assert.match(await exchange(deployment.dataPlane.port, LAST), /^HTTP\/1\.1 200/)
})

for (const [when, request, answer] of [
  ['in the middle of its upload', `POST / HTTP/1.1\n${HOST}Content-Length: 900\n\nabc`, ''],
  ['in the middle of the download', `GET / HTTP/1.1\n${HOST}\n`, 'HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nabc'],
] as const) {
  test(`a client that leaves ${when} ends the exchange with the upstream`, async (t) => {
    const sockets = new Set<Socket>()
    const address = await tcpUpstream(t, (socket) => {
      sockets.add(socket)
      socket.once('data', () => socket.write(answer))
      socket.resume().on('close', () => sockets.delete(socket))
    })
    await reconfigure(deployment, { routes: { r1: { uri: '/*', upstream: { nodes: { [address]: 1 } } } } })
    const client = connect(deployment.dataPlane.port, '127.0.0.1', () => client.write(request.replaceAll('\n', '\r\n')))
    if (answer === '') await until(() => sockets.size === 1)
    else await new Promise((resolve) => client.once('data', resolve))
    client.destroy()
    await until(() => sockets.size === 0)
  })
}
