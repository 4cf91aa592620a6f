import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Write } from '../../../../toolkit/drill/measure/observations.ts'
import { IndependentClient } from '../../../../toolkit/drill/writes/independent-client.ts'
import { uuidV7 } from '../../../../toolkit/drill/writes/uuid-v7.ts'
import { readLedger, WriteLedger } from '../../../../toolkit/drill/writes/write-ledger.ts'

const folder = mkdtempSync(join(tmpdir(), 'antipode-ledger-'))
const closing: (() => void)[] = [() => rmSync(folder, { recursive: true })]
after(() => {
  for (const close of closing) close()
})

type Behaviour = 'active' | 'standby' | 'in-doubt' | 'reset'

/** An Admin API that answers writes as told, and knows the ids it has applied. */
async function startRegion(name: string, epoch: number, behaviour: Behaviour) {
  const region = {
    name,
    admin: '',
    adminKey: 'key',
    behaviour,
    applied: new Set<string>(),
    writer: null as string | null,
  }
  const server = createServer((request, response) => {
    const json = (status: number, body: object, headers: Record<string, string> = {}) =>
      answer(response, status, body, headers)
    if (request.headers['x-api-key'] !== 'key') return json(401, {})
    const role = region.behaviour === 'standby' ? 'standby' : 'active'
    if (request.url === '/antipode/region') return json(200, { role, epoch })
    const asked = /^\/antipode\/writes\/(.+)$/.exec(request.url ?? '')?.[1]
    if (asked !== undefined) {
      return region.applied.has(asked)
        ? json(200, { status: 'applied', version: { epoch, revision: 9 } })
        : json(404, {})
    }
    const id = String(request.headers['x-antipode-write'])
    if (region.behaviour === 'standby') return json(503, { code: 'ANTIPODE_STANDBY', writer: region.writer })
    if (region.behaviour === 'reset') return request.socket.destroy()
    region.applied.add(id)
    if (region.behaviour === 'in-doubt') return json(504, { code: 'ANTIPODE_IN_DOUBT', write: id })
    return json(201, {}, { 'x-antipode-epoch': String(epoch), 'x-antipode-revision': '7' })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(() => server.close())
  region.admin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return region
}

function answer(response: ServerResponse, status: number, body: object, headers: Record<string, string>): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
}

async function clientOf(east: Awaited<ReturnType<typeof startRegion>>, west: Awaited<ReturnType<typeof startRegion>>) {
  const file = join(folder, uuidV7())
  const ended: Write[] = []
  const client = new IndependentClient([east, west], east.name, new WriteLedger(file), (write) => ended.push(write))
  return { client, ended, ledger: () => readLedger(file) }
}

test('an acknowledged write is in the ledger with its version', async () => {
  const east = await startRegion('east', 1, 'active')
  const { client, ended, ledger } = await clientOf(east, await startRegion('west', 1, 'standby'))
  await client.write(5)
  const [write] = ledger()
  assert.deepEqual(write, ended[0])
  assert.deepEqual(
    [write?.outcome, write?.number, write?.epoch, write?.revision, write?.region],
    ['acknowledged', 5, 1, 7, 'east'],
  )
  assert.match(write?.id ?? '', /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})

test('a refusal that names the writer is followed, and the next write goes there at once', async () => {
  const east = await startRegion('east', 1, 'standby')
  const west = await startRegion('west', 2, 'active')
  east.writer = west.admin
  const { client, ledger } = await clientOf(east, west)
  await client.write(1)
  east.behaviour = 'reset'
  await client.write(2)
  assert.deepEqual(
    ledger().map(({ outcome, region, doubted }) => [outcome, region, doubted]),
    [
      ['acknowledged', 'west', false],
      ['acknowledged', 'west', false],
    ],
  )
})

test('a write in doubt is found by its id at the writer', async () => {
  const east = await startRegion('east', 1, 'in-doubt')
  const { client, ledger } = await clientOf(east, await startRegion('west', 1, 'standby'))
  await client.write(1)
  assert.deepEqual(
    ledger().map(({ outcome, doubted, epoch, revision }) => [outcome, doubted, epoch, revision]),
    [['found', true, 1, 9]],
  )
})

test('a write whose connection broke and that the writer does not know never happened', async () => {
  const east = await startRegion('east', 1, 'reset')
  const { client, ledger } = await clientOf(east, await startRegion('west', 2, 'active'))
  await client.write(1)
  assert.deepEqual(
    ledger().map(({ outcome, doubted, region }) => [outcome, doubted, region]),
    [['absent', true, 'west']],
  )
})

test('a standby cannot say that a write does not exist', async () => {
  const east = await startRegion('east', 1, 'in-doubt')
  const west = await startRegion('west', 1, 'standby')
  const { client, ledger } = await clientOf(east, west)
  east.behaviour = 'reset'
  const writing = client.write(1)
  setTimeout(() => {
    west.behaviour = 'active'
  }, 700)
  await writing
  assert.equal(ledger()[0]?.outcome, 'absent')
})

test('a challenge goes to the region that is not the writer, and its refusal is kept', async () => {
  const { client, ledger } = await clientOf(
    await startRegion('east', 1, 'active'),
    await startRegion('west', 1, 'standby'),
  )
  await client.challenge(1)
  const [write] = ledger()
  assert.deepEqual(
    [write?.outcome, write?.challenge, write?.region, write?.code],
    ['refused', true, 'west', 'ANTIPODE_STANDBY'],
  )
})

test('a write without an end in the ledger is in doubt', () => {
  const file = join(folder, uuidV7())
  const ledger = new WriteLedger(file)
  ledger.sent(uuidV7(), 3, 'east', 10)
  ledger.close()
  assert.deepEqual(
    readLedger(file).map(({ outcome, number }) => [outcome, number]),
    [['in-doubt', 3]],
  )
})
