import { readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { ScriptedUpstream } from './support/scripted-upstream.ts'
import { type Deployment, deploy, reconfigure } from './support/test-data-plane.ts'
import { assertReceived, parseWireCase } from './support/wire-case.ts'
import { readMessages, type WireMessage } from './support/wire-message.ts'

const FOLDER = join(import.meta.dirname, '../../golden/http')
const PATIENCE = 10_000

let deployment: Deployment
let upstream: ScriptedUpstream
before(async () => {
  upstream = await ScriptedUpstream.start()
  const http = { client_max_body_size: 1000, client_header_timeout: '1s', client_body_timeout: '1s' }
  deployment = await deploy({}, { nginx_config: { http } })
})
after(async () => {
  await deployment.stop()
  upstream.stop()
})

let configured = ''

for (const group of readdirSync(FOLDER)) {
  for (const file of readdirSync(join(FOLDER, group))) {
    test(`${group}: ${file.replace('.txt', '').replaceAll('-', ' ')}`, async () => {
      const golden = parseWireCase(readFileSync(join(FOLDER, group, file), 'utf8'))
      const route = { uri: '/*', upstream: { nodes: { [upstream.address]: 1 }, retries: 0 }, ...golden.route }
      if (configured !== JSON.stringify(route)) await reconfigure(deployment, { routes: { r1: route } })
      configured = JSON.stringify(route)
      upstream.play(golden.upstreamSends)
      const received = await converse(golden.clientSends)
      assertReceived('client', received, golden.clientReceives)
      if (golden.upstreamReceives) assertReceived('upstream', upstream.received, golden.upstreamReceives)
    })
  }
}

/** Sends all bytes at once and takes in what comes until the gateway ends the connection. */
function converse(bytes: Buffer): Promise<WireMessage[]> {
  return new Promise((resolve) => {
    let received = ''
    let end: 'closed' | 'reset' | undefined
    const socket = connect(deployment.dataPlane.port, '127.0.0.1', () => socket.write(bytes))
    socket.setTimeout(PATIENCE, () => socket.destroy())
    socket.on('data', (part) => {
      received += part.toString('latin1')
    })
    socket.on('end', () => {
      end = 'closed'
    })
    socket.on('error', () => {
      end = 'reset'
    })
    socket.on('close', () =>
      resolve(readMessages(received, { isResponse: true, isHead: /^HEAD/.test(`${bytes}`), end })),
    )
  })
}
