import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NamespaceFilter, tableOf } from '../../../../toolkit/local/engine/docker/namespace-filter.ts'

const WAY = { at: { host: '172.18.0.1', port: 40123 }, out: { cut: true, loss: 0 }, back: { cut: false, loss: 0.2 } }
const PART = { region: 'east', part: 'control-plane' } as const

test('rules concern one way each, the direction that leaves a part where it is sent, the other where it is received', () => {
  assert.equal(
    tableOf([WAY]),
    `*filter
:INPUT ACCEPT
:FORWARD ACCEPT
:OUTPUT ACCEPT
-A OUTPUT -p tcp -d 172.18.0.1 --dport 40123 -j DROP
-A INPUT -p tcp -s 172.18.0.1 --sport 40123 -m statistic --mode random --probability 0.200000 -j DROP
COMMIT
`,
  )
})

test('a part that does not run has nothing to be dropped', async () => {
  assert.equal(await new NamespaceFilter(() => undefined).apply(PART, [WAY]), false)
})

test('the network of a process that is not the container’s is left alone', {
  skip: process.platform !== 'linux',
}, async () => {
  const container = { id: 'f'.repeat(64), pid: process.pid }
  await assert.rejects(new NamespaceFilter(() => container).apply(PART, [WAY]), /is not the container's/)
})
