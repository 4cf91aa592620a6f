import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import https from 'node:https'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { Client } from 'pg'
import { checkControlPlane } from '../../../runtime/control-plane/pki/identity.ts'
import { loadConfiguration } from '../../../runtime/control-plane/store/database-reader.ts'
import { HeldConfiguration } from '../../../runtime/data-plane/configuration/held-configuration.ts'
import { FrameReader } from '../../../runtime/data-plane/sync/frame-reader.ts'
import type { Frame, SnapshotFrame } from '../../../runtime/model/frame.ts'
import { RESOURCE_TYPES } from '../../../runtime/model/resource.ts'
import { nextEpoch } from '../../../runtime/model/version.ts'
import { PAIRS } from './admin-api/certificates.ts'
import { type Side, TwoRegions, until } from './two-regions.ts'

const [{ certificate: cert, key }] = PAIRS as [(typeof PAIRS)[number]]

/** One of each collection, in an order in which they can be created. */
const RESOURCES: Readonly<Record<string, object>> = {
  '/upstreams/1': { nodes: { '127.0.0.1:80': 1 } },
  '/services/1': { upstream_id: '1' },
  '/plugin_configs/1': { plugins: {} },
  '/routes/1': { uri: '/a', service_id: '1', plugin_config_id: '1' },
  '/consumer_groups/1': { plugins: {} },
  '/consumers/jack': { username: 'jack', group_id: '1' },
  '/consumers/jack/credentials/1': { plugins: { 'key-auth': { key: 'k' } } },
  '/ssls/1': { sni: 'a.test', cert, key },
  '/global_rules/1': { plugins: {} },
  '/plugin_metadata/key-auth': { a: 1 },
  '/stream_routes/1': { server_port: 9100, upstream_id: '1' },
  '/protos/1': { content: 'syntax = "proto3";' },
  '/secrets/vault/1': { uri: 'http://127.0.0.1:8200', prefix: 'kv', token: 't' },
}
const BRIEF = { uri: '/brief', plugins: {} }

describe('what expires, and what stays, in two regions', () => {
  let regions: TwoRegions
  before(async () => {
    regions = await TwoRegions.start()
  })
  after(() => regions?.close())

  const put = async (path: string, body: object) => {
    const { status } = await regions.admin('east', 'PUT', path, body)
    assert.ok(status === 200 || status === 201, `${path}: ${status}`)
  }
  const isThere = async (side: Side, path: string) => (await regions.admin(side, 'GET', path)).status === 200
  const isGone = async (side: Side, path: string) => (await regions.admin(side, 'GET', path)).status === 404
  const hashes = async () => (await Promise.all([regions.state('east'), regions.state('west')])).map(({ hash }) => hash)
  const startEast = async () => {
    await regions.startControlPlane('east')
    await until('it writes again', async () => (await regions.state('east')).role === 'active')
  }

  it('a resource of every collection reaches the standby, counts in the hash and survives a restart', async () => {
    assert.equal(Object.keys(RESOURCES).length, RESOURCE_TYPES.length)
    const seen = new Set<string | null>()
    for (const [path, body] of Object.entries(RESOURCES)) {
      await put(path, body)
      seen.add((await regions.state('east')).hash)
    }
    assert.equal(seen.size, RESOURCE_TYPES.length, 'a resource did not change the hash')
    const { revision, hash } = await regions.state('east')
    await until('the standby shows them', async () => (await regions.state('west')).revision >= revision)
    for (const path of Object.keys(RESOURCES)) assert.ok(await isThere('west', path), path)

    await regions.stopControlPlane('east')
    await startEast()
    assert.equal((await regions.state('east')).hash, hash)
    for (const path of Object.keys(RESOURCES)) assert.ok(await isThere('east', path), path)
    // Only with the key still there does the pair pass its check.
    assert.equal((await regions.admin('east', 'PATCH', '/ssls/1', { sni: 'b.test' })).status, 200)
  })

  it('data planes are given a resource of every collection, and the hash that these add up to', async () => {
    const snapshot = await readSnapshot(regions)
    const held = new HeldConfiguration('default')
    assert.equal(held.check(snapshot), true)
    const given = held.take(snapshot).map(({ type, id }) => `${type}/${id}`)
    assert.equal(given.length, RESOURCE_TYPES.length)
    assert.ok(given.includes('credentials/jack/1') && given.includes('secrets/vault/1'), given.join())
    assert.equal(held.hash, (await regions.state('east')).hash)
  })

  it('a resource goes when its time has come, everywhere, in a revision of its own', async () => {
    const before = await regions.state('east')
    await put('/routes/brief?ttl=0.5', BRIEF)
    await until('it is gone', () => isGone('east', '/routes/brief'))
    await until('it is gone from the standby too', () => isGone('west', '/routes/brief'))
    await until('both hold the same', async () => new Set(await hashes()).size === 1)
    const now = await regions.state('east')
    assert.equal(now.hash, before.hash)
    assert.ok(now.revision >= before.revision + 2)
    assert.equal(now.epoch, before.epoch)
  })

  it('a resource whose time comes while no control plane writes goes once one does', async () => {
    await put('/routes/brief?ttl=5', BRIEF)
    await regions.stopControlPlane('east')
    await setTimeout(5_500)
    assert.ok(await isThere('west', '/routes/brief'), 'a standby removed it by itself')
    await startEast()
    await until('it is gone', () => isGone('east', '/routes/brief'))
  })

  it('a resource expires in the region that took over', async () => {
    await put('/routes/late?ttl=4', BRIEF)
    await put('/routes/kept?ttl=4', BRIEF)
    await put('/routes/kept', BRIEF)
    const { epoch } = await regions.state('east')
    await regions.stopControlPlane('east')
    const order = { role: 'active', epoch: nextEpoch(epoch, 2), expectedEpoch: epoch, awaitConfirmation: false }
    assert.equal((await regions.change('west', order)).status, 200)
    await until('it writes', async () => (await regions.state('west')).role === 'solo')
    await until('it is gone', () => isGone('west', '/routes/late'))
    assert.ok(await isThere('west', '/routes/kept'))
    for (const path of Object.keys(RESOURCES)) assert.ok(await isThere('west', path), path)
  })

  it('a database that a writer of an older release has not brought up to date is read too', async () => {
    const client = new Client({ connectionString: regions.databaseUrl('west') })
    await client.connect()
    try {
      const { configuration } = await loadConfiguration(client)
      for (const table of ['resource', 'change']) {
        await client.query(`ALTER TABLE antipode.${table} DROP COLUMN expires_at`)
      }
      const older = await loadConfiguration(client)
      assert.equal(older.configuration.hash, configuration.hash)
      assert.equal(older.configuration.get('routes', 'kept')?.expiresAt, null)
    } finally {
      await client.end()
    }
  })
})

/** The first configuration that a data plane is sent which holds nothing. */
async function readSnapshot(regions: TwoRegions): Promise<SnapshotFrame> {
  const file = (name: string) => readFileSync(path.join(regions.folder, name))
  const identity = { ca: file('ca.crt'), cert: file('data-plane.crt'), key: file('data-plane.key') }
  const call = https.get({
    ...{ host: '127.0.0.1', port: regions.ports.east.sync, path: '/sync', agent: false },
    ...{ ...identity, checkServerIdentity: checkControlPlane },
  })
  try {
    const [response] = (await once(call, 'response')) as [AsyncIterable<Buffer>]
    const reader = new FrameReader()
    for await (const chunk of response) {
      for (const { body } of reader.push(chunk)) {
        const frame = JSON.parse(body.toString()) as Frame
        if (frame.kind === 'snapshot') return frame
      }
    }
    throw new Error('the stream ended before a snapshot')
  } finally {
    call.destroy()
  }
}
