import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { SnapshotFrame } from '../../../runtime/model/frame.ts'
import { type Resources, sealFrame, TestAuthority, TestControlPlane } from './support/test-control-plane.ts'
import { TestDataPlane, temporaryFolder, until } from './support/test-data-plane.ts'

/** A route that answers by itself, so that what is served shows without an upstream. */
const answering = (body: string): Resources => ({
  routes: { r1: { uri: '/*', plugins: { 'fault-injection': { abort: { http_status: 200, body } } } } },
})

async function authorityFor(t: TestContext): Promise<TestAuthority> {
  const authority = await TestAuthority.create()
  t.after(() => authority.remove())
  return authority
}

async function controlPlaneFor(t: TestContext, authority: TestAuthority, options = {}): Promise<TestControlPlane> {
  const controlPlane = await TestControlPlane.start(authority, options)
  t.after(() => controlPlane.stop())
  return controlPlane
}

async function follow(
  t: TestContext,
  authority: TestAuthority,
  urls: string[],
  cacheDir?: string,
): Promise<TestDataPlane> {
  const dataPlane = await TestDataPlane.start(authority, { controlPlanes: urls, ...(cacheDir ? { cacheDir } : {}) })
  t.after(() => dataPlane.stop())
  return dataPlane
}

const bodyOf = async (dataPlane: TestDataPlane) => (await fetch(`${dataPlane.url}/x`)).text()

test('a data plane without configuration is not ready, and answers 503', async (t) => {
  const authority = await authorityFor(t)
  const dataPlane = await follow(t, authority, [(await controlPlaneFor(t, authority)).url])
  assert.equal(await dataPlane.isReady(), false)
  assert.equal((await fetch(dataPlane.url)).status, 503)
})

test('snapshots, changes and marks are served, acknowledged and shown', async (t) => {
  const authority = await authorityFor(t)
  const controlPlane = await controlPlaneFor(t, authority)
  controlPlane.publish(answering('one'), { epoch: 1, revision: 1 })
  const dataPlane = await follow(t, authority, [controlPlane.url])
  await dataPlane.untilRevision(1)
  assert.equal(await bodyOf(dataPlane), 'one')
  assert.equal(await dataPlane.isReady(), true)

  controlPlane.publishChange(answering('two'), [], { epoch: 1, revision: 2 })
  await dataPlane.untilRevision(2)
  assert.equal(await bodyOf(dataPlane), 'two')

  controlPlane.publishMark({ epoch: 65, revision: 2 })
  await dataPlane.untilRevision(2, 65)
  const answer = await fetch(dataPlane.url)
  assert.equal(answer.headers.get('x-antipode-region'), 'us-east-1')
  assert.equal(answer.headers.get('x-antipode-epoch'), '65')

  controlPlane.publishChange({}, [{ type: 'routes', id: 'r1' }], { epoch: 65, revision: 3 })
  await dataPlane.untilRevision(3)
  assert.equal((await fetch(dataPlane.url)).status, 404)

  await until(() => controlPlane.acknowledgements.at(-1)?.version.revision === 3)
  const { hash, source, lineage } = await dataPlane.status()
  assert.equal(controlPlane.acknowledgements.at(-1)?.hash, hash)
  assert.deepEqual([source, lineage], ['control-plane', 'lineage-1'])
})

test('what calls are not served from, and types of a newer release, are held and passed over', async (t) => {
  const authority = await authorityFor(t)
  const controlPlane = await controlPlaneFor(t, authority)
  const others = { protos: { p1: { content: 'x' } }, 'types-to-come': { t1: { anything: true } } }
  controlPlane.publish({ ...answering('one'), ...others } as Resources, { epoch: 1, revision: 1 })
  const dataPlane = await follow(t, authority, [controlPlane.url])
  await dataPlane.untilRevision(1)
  assert.equal(await bodyOf(dataPlane), 'one')
  await until(() => controlPlane.acknowledgements.length > 0)
  assert.deepEqual(controlPlane.acknowledgements.at(-1)?.refused, [])

  const removals = [{ type: 'types-to-come', id: 't1' }] as unknown as { type: 'routes'; id: string }[]
  controlPlane.publishChange(answering('two'), removals, { epoch: 1, revision: 2 })
  await dataPlane.untilRevision(2)
  assert.equal(await bodyOf(dataPlane), 'two')
})

test('an older version is refused, also from another control plane and after a restart', async (t) => {
  const authority = await authorityFor(t)
  const cacheDir = await temporaryFolder()
  const first = await controlPlaneFor(t, authority)
  const stale = await controlPlaneFor(t, authority, { region: 'us-west-2' })
  first.publish(answering('new'), { epoch: 65, revision: 2 })
  stale.publish(answering('old'), { epoch: 1, revision: 900 })
  const urls = [first.url, stale.url]
  const dataPlane = await follow(t, authority, urls, cacheDir)
  await dataPlane.untilRevision(2)

  first.publish(answering('older'), { epoch: 65, revision: 1 })
  await dataPlane.until(({ refusals }) => refusals.stale > 0)
  assert.equal(await bodyOf(dataPlane), 'new')
  await first.stop()
  await dataPlane.until(({ refusals }) => refusals.stale > 2)
  assert.equal(await bodyOf(dataPlane), 'new')

  await dataPlane.stop()
  const again = await follow(t, authority, [stale.url], cacheDir)
  await again.until(({ refusals }) => refusals.stale > 0)
  assert.equal(await bodyOf(again), 'new')
  assert.equal((await again.status()).source, 'cache')
})

test('the highest version outlives every cached configuration', async (t) => {
  const authority = await authorityFor(t)
  const cacheDir = await temporaryFolder()
  const controlPlane = await controlPlaneFor(t, authority)
  controlPlane.publish(answering('new'), { epoch: 65, revision: 2 })
  const dataPlane = await follow(t, authority, [controlPlane.url], cacheDir)
  await dataPlane.untilRevision(2)
  await dataPlane.stop()
  for (const name of await readdir(cacheDir)) {
    if (name.endsWith('.cache')) await writeFile(join(cacheDir, name), 'torn')
  }
  controlPlane.publish(answering('old'), { epoch: 1, revision: 900 })
  const again = await follow(t, authority, [controlPlane.url], cacheDir)
  await again.until(({ refusals }) => refusals.stale > 0)
  assert.equal((await fetch(again.url)).status, 503)
})

test('another lineage is never taken up by itself', async (t) => {
  const authority = await authorityFor(t)
  const controlPlane = await controlPlaneFor(t, authority)
  controlPlane.publish(answering('mine'), { epoch: 1, revision: 1 })
  const dataPlane = await follow(t, authority, [controlPlane.url])
  await dataPlane.untilRevision(1)
  controlPlane.lineage = 'lineage-2'
  controlPlane.publish(answering('theirs'), { epoch: 9, revision: 9 })
  await dataPlane.until(({ refusals }) => refusals.foreign > 0)
  assert.equal(await bodyOf(dataPlane), 'mine')
})

test('only frames that a control plane of this authority signed are looked at', async (t) => {
  const authority = await authorityFor(t)
  const stranger = await authorityFor(t)
  const controlPlane = await controlPlaneFor(t, authority)
  controlPlane.publish(answering('good'), { epoch: 1, revision: 1 })
  const dataPlane = await follow(t, authority, [controlPlane.url])
  await dataPlane.untilRevision(1)

  const forged = controlPlane.snapshot(answering('forged'), { epoch: 2, revision: 2 })
  controlPlane.snapshot(answering('good'), { epoch: 1, revision: 1 })
  const uri = 'spiffe://local/region/us-east-1/control-plane'
  const sealed = sealFrame(forged, controlPlane.identity).toString()
  const forgeries = [
    sealFrame(forged, await stranger.issue(uri, 'server+client')),
    sealFrame(forged, await authority.issue('spiffe://local/group/default')),
    sealFrame(forged, await authority.issue('spiffe://elsewhere/region/us-east-1/control-plane')),
    Buffer.from(sealed.replace('"forged"', '"FORGED"')),
  ]
  for (const [index, bytes] of forgeries.entries()) {
    await until(() => controlPlane.streams > 0)
    const before = (await dataPlane.status()).refusals.forged
    await until(async () => {
      controlPlane.sendRaw(bytes)
      return (await dataPlane.status()).refusals.forged > before
    })
    assert.equal(await bodyOf(dataPlane), 'good', `forgery ${index}`)
  }
})

test('a frame that does not lead to the promised hash changes nothing, and a snapshot is asked for', async (t) => {
  const authority = await authorityFor(t)
  const controlPlane = await controlPlaneFor(t, authority)
  controlPlane.publish(answering('one'), { epoch: 1, revision: 1 })
  const dataPlane = await follow(t, authority, [controlPlane.url])
  await dataPlane.untilRevision(1)
  const right = controlPlane.snapshot(answering('two'), { epoch: 1, revision: 2 }) as SnapshotFrame
  controlPlane.send({ ...right, hash: 'f'.repeat(64) })
  await dataPlane.untilRevision(2)
  assert.equal((await dataPlane.status()).refusals.mismatch, 1)
  assert.equal(await bodyOf(dataPlane), 'two')
  assert.ok(controlPlane.received.some((line) => line.startsWith('GET /sync?instance=') && !line.includes('epoch=')))
})

test('a resource that cannot be served keeps its last good version while everything else goes on', async (t) => {
  const authority = await authorityFor(t)
  const controlPlane = await controlPlaneFor(t, authority)
  controlPlane.publish(answering('good'), { epoch: 1, revision: 1 })
  const dataPlane = await follow(t, authority, [controlPlane.url])
  await dataPlane.untilRevision(1)
  const other = { uri: '/other', plugins: { 'fault-injection': { abort: { http_status: 200, body: 'other' } } } }
  controlPlane.publishChange({ routes: { r1: { uri: '/*', plugins: { 'from-the-future': {} } }, r2: other } }, [], {
    epoch: 1,
    revision: 2,
  })
  await dataPlane.untilRevision(2)
  assert.equal(await bodyOf(dataPlane), 'good')
  assert.equal(await (await fetch(`${dataPlane.url}/other`)).text(), 'other')
  await until(() => controlPlane.acknowledgements.at(-1)?.version.revision === 2)
  const refused = controlPlane.acknowledgements.at(-1)?.refused
  assert.deepEqual(refused, [{ type: 'routes', id: 'r1', reason: 'unknown plugin [from-the-future]' }])
})

test('without any control plane it starts from its cache, and a torn or forged file is skipped for the one before', async (t) => {
  const authority = await authorityFor(t)
  const cacheDir = await temporaryFolder()
  const controlPlane = await controlPlaneFor(t, authority)
  const url = controlPlane.url
  const dataPlane = await follow(t, authority, [url], cacheDir)
  for (const revision of [1, 2, 3, 4]) {
    controlPlane.publish(answering(`secret-${revision}`), { epoch: 1, revision })
    await dataPlane.untilRevision(revision)
    const files = async () => (await readdir(cacheDir)).filter((name) => name.endsWith('.cache')).sort()
    await until(async () => (await files()).at(-1)?.includes(String(revision).padStart(12, '0')) ?? false)
  }
  await dataPlane.stop()
  await controlPlane.stop()

  const files = (await readdir(cacheDir)).filter((name) => name.endsWith('.cache')).sort()
  assert.equal(files.length, 3)
  const newest = join(cacheDir, files[2]!)
  const content = await readFile(newest)
  assert.ok(!content.includes('secret'), 'what is cached is encrypted')

  const cached = async (expected: string) => {
    const restarted = await follow(t, authority, [url], cacheDir)
    assert.equal(await bodyOf(restarted), expected)
    assert.equal((await restarted.status()).source, 'cache')
    assert.equal(await restarted.isReady(), true)
    await restarted.stop()
  }
  await cached('secret-4')
  await writeFile(newest, content.subarray(0, content.length / 2))
  await cached('secret-3')
  const middle = join(cacheDir, files[1]!)
  const forged = await readFile(middle)
  forged.writeUInt8(forged.readUInt8(forged.length - 40) ^ 1, forged.length - 40)
  await writeFile(middle, forged)
  await cached('secret-2')
})

test('it serves on while its control plane is gone, and follows the next of the lineage', async (t) => {
  const authority = await authorityFor(t)
  const first = await controlPlaneFor(t, authority)
  const second = await controlPlaneFor(t, authority, { region: 'us-west-2' })
  first.publish(answering('first'), { epoch: 1, revision: 1 })
  const dataPlane = await follow(t, authority, [first.url, second.url])
  await dataPlane.untilRevision(1)
  const port = first.port
  await first.stop()
  assert.equal(await bodyOf(dataPlane), 'first')
  second.publish(answering('second'), { epoch: 2, revision: 1 })
  await dataPlane.untilRevision(1, 2)
  assert.equal(await bodyOf(dataPlane), 'second')

  const home = await controlPlaneFor(t, authority, { port })
  home.publish(answering('home'), { epoch: 2, revision: 5 })
  await dataPlane.untilRevision(5, 2)
  assert.equal(await bodyOf(dataPlane), 'home')
})

test('nothing of a call ever reaches the control plane', async (t) => {
  const authority = await authorityFor(t)
  const controlPlane = await controlPlaneFor(t, authority)
  controlPlane.publish(answering('ok'), { epoch: 1, revision: 1 })
  const dataPlane = await follow(t, authority, [controlPlane.url])
  await dataPlane.untilRevision(1)
  const body = 'planted-in-body'
  const headers = { apikey: 'planted-in-header', cookie: 'session=planted-in-cookie' }
  await (await fetch(`${dataPlane.url}/planted-in-path?q=planted-in-query`, { method: 'POST', headers, body })).text()
  controlPlane.publishMark({ epoch: 1, revision: 2 })
  await until(() => controlPlane.acknowledgements.at(-1)?.version.revision === 2)
  await dataPlane.stop()
  assert.ok(controlPlane.received.some((line) => line.startsWith('POST /dataplane/heartbeat')))
  assert.ok(!controlPlane.received.some((line) => line.includes('planted')))
})

test("when the own region's control plane shows nothing, one that is ahead is followed", async (t) => {
  const authority = await authorityFor(t)
  const home = await controlPlaneFor(t, authority)
  const other = await controlPlaneFor(t, authority, { region: 'us-west-2' })
  home.publish(answering('old'), { epoch: 1, revision: 1 })
  other.publish(answering('new'), { epoch: 2, revision: 1 })
  const cacheDir = await temporaryFolder()
  const before = await follow(t, authority, [home.url], cacheDir)
  await before.untilRevision(1)
  await before.stop()

  const dataPlane = await follow(t, authority, [home.url, other.url], cacheDir)
  await dataPlane.untilRevision(1, 2)
  assert.equal(await bodyOf(dataPlane), 'new')
  assert.equal(home.streams + other.streams, 1)
})

test('a flood of revisions is served to its last, without a failed call, and the last is what is cached', async (t) => {
  const authority = await authorityFor(t)
  const cacheDir = await temporaryFolder()
  const controlPlane = await controlPlaneFor(t, authority)
  controlPlane.publish(answering('0'), { epoch: 1, revision: 1 })
  const dataPlane = await follow(t, authority, [controlPlane.url], cacheDir)
  await dataPlane.untilRevision(1)
  const last = 400
  for (let revision = 2; revision <= last; revision++) {
    controlPlane.publishChange(answering(String(revision)), [], { epoch: 1, revision })
    if (revision % 20 === 0) assert.equal((await fetch(dataPlane.url)).status, 200)
  }
  await dataPlane.untilRevision(last)
  await dataPlane.stop()
  await controlPlane.stop()
  const again = await follow(t, authority, ['https://127.0.0.1:1'], cacheDir)
  assert.equal(await bodyOf(again), String(last))
})

test('a cache that outgrows its snapshot asks for a fresh one, and goes on with the same control plane', async (t) => {
  const authority = await authorityFor(t)
  const cacheDir = await temporaryFolder()
  const controlPlane = await controlPlaneFor(t, authority)
  const other = await controlPlaneFor(t, authority, { region: 'us-west-2' })
  controlPlane.publish(answering('0'), { epoch: 1, revision: 1 })
  const dataPlane = await follow(t, authority, [controlPlane.url, other.url], cacheDir)
  await dataPlane.untilRevision(1)
  const asked = () =>
    controlPlane.received.filter((line) => line.startsWith('GET /sync') && !line.includes('epoch=')).length
  for (let revision = 2; revision <= 14; revision++) {
    await until(() => controlPlane.streams === 1)
    controlPlane.publishChange(answering(String(revision).repeat(200_000)), [], { epoch: 1, revision })
    await dataPlane.untilRevision(revision)
  }
  await until(() => asked() >= 3)
  assert.ok(asked() <= 6, `${asked()} snapshots`)
  assert.equal(other.received.length, 0)
})
