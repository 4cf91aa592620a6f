import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { monotonicNow } from '../../../../toolkit/drill/measure/monotonic.ts'
import { ObservationLog } from '../../../../toolkit/drill/traffic/observation-log.ts'
import { Writer } from '../../../../toolkit/drill/writes/writer.ts'
import { until } from '../../local/database/linked-databases.ts'

test('a write that nobody answers is known from the ledger, though the log never hears of it', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'antipode-test-'))
  const arrived = new Set<number>()
  const held: ServerResponse[] = []
  const server = createServer((request, response) => {
    const [, number] = /antipode-drill-write-(\d+)$/.exec(request.url ?? '') ?? []
    if (number === undefined || Number(number) >= 3) held.push(response)
    else response.writeHead(201).end('{}')
    if (number !== undefined) arrived.add(Number(number))
  }).listen(0, '127.0.0.1')
  try {
    await once(server, 'listening')
    const admin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const log = new ObservationLog()
    const writer = await Writer.launch()
    const order = {
      ...{ regions: [{ name: 'east', admin, adminKey: null }], first: 'east', independent: true },
      ...{ start: monotonicNow(), perSecond: 50, ledger: join(directory, 'writes.ndjson') },
    }
    writer.write(order, log)
    await until('writes wait for an answer', () => arrived.size > 5)
    const written = await writer.stop(200)
    const missing = (writes: readonly { number: number }[]) => {
      const known = new Set(writes.map(({ number }) => number))
      return [...arrived].filter((number) => !known.has(number))
    }
    assert.deepEqual(missing(written), [])
    assert.notDeepEqual(missing(log.writes), [])
    assert.ok(written.some(({ outcome, number }) => outcome === 'in-doubt' && arrived.has(number)))
  } finally {
    server.closeAllConnections()
    server.close()
    await rm(directory, { recursive: true })
  }
})
