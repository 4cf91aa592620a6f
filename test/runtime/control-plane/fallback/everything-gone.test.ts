import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { after, afterEach, before, describe, it } from 'node:test'
import { CreateBucketCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { SnapshotBucket } from '../../../../runtime/control-plane/fallback/snapshot-bucket.ts'
import { createAuthority, issueCertificate } from '../../../../runtime/control-plane/pki/authority.ts'
import { FrameSigner } from '../../../../runtime/control-plane/publish/frame-signer.ts'
import { type RunningDataPlane, runDataPlane } from '../../../../runtime/data-plane/main.ts'
import type { DataPlaneStatus } from '../../../../runtime/data-plane/status-server.ts'
import { pointerKey, readPointer } from '../../../../runtime/model/fallback-location.ts'
import { loadRuntimeConfig } from '../../../../runtime/model/load-runtime-config.ts'
import { MotoServer, motoMissing } from '../../../toolkit/moto-server.ts'
import { temporaryFolder } from '../../data-plane/support/test-data-plane.ts'
import { TwoRegions, until } from '../two-regions.ts'

describe('a data plane while every control plane is gone', { skip: motoMissing }, () => {
  let moto: MotoServer
  let regions: TwoRegions
  let upstream: Server
  let bucket: SnapshotBucket
  let settings: { url: string; region: string; endpoint: string }
  const running = new Set<RunningDataPlane>()

  before(async () => {
    moto = await MotoServer.start()
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' })
    upstream = createServer((_, response) => response.end('served')).listen(0, '127.0.0.1')
    await once(upstream, 'listening')
    settings = { url: 's3://snapshots/payments', region: 'us-east-1', endpoint: moto.endpoint }
    regions = await TwoRegions.start({ more: { fallback: settings } })

    // A bucket that is not there holds no write up.
    const nodes = { [`127.0.0.1:${(upstream.address() as AddressInfo).port}`]: 1 }
    const { status } = await regions.admin('east', 'PUT', '/routes/orders', { uri: '/orders', upstream: { nodes } })
    assert.equal(status, 201)
    const { text } = await regions.status('east', '/metrics')
    assert.match(text, /^antipode_fallback_lag_seconds \d/m)
    const client = new S3Client({ region: 'us-east-1', endpoint: moto.endpoint, forcePathStyle: true })
    await client.send(new CreateBucketCommand({ Bucket: 'snapshots' }))
    client.destroy()
    bucket = await SnapshotBucket.open(settings)
    const { revision } = await regions.state('east')
    // While there was no bucket the writer has come to rest for longer after each try.
    await until(
      'the snapshot is there',
      async () => {
        const found = await bucket.read(pointerKey('default'))
        return found !== undefined && readPointer(found.text).version.revision >= revision
      },
      120,
    )
    await regions.stopControlPlane('west')
    await regions.stopControlPlane('east')
  })
  after(async () => {
    bucket?.close()
    await regions?.close()
    await moto?.stop()
    upstream?.close()
  })
  afterEach(async () => {
    for (const dataPlane of running) {
      running.delete(dataPlane)
      await dataPlane.stop()
    }
  })

  async function start(fallback: object, cacheDir?: string): Promise<RunningDataPlane> {
    const file = (name: string) => path.join(regions.folder, name)
    const host = [`https://127.0.0.1:${regions.ports.east.sync}`, `https://127.0.0.1:${regions.ports.west.sync}`]
    const text = JSON.stringify({
      apisix: { node_listen: [{ ip: '127.0.0.1', port: 0 }], status: { ip: '127.0.0.1', port: 0 } },
      deployment: {
        role: 'data_plane',
        role_data_plane: { control_plane: { host } },
        certs: { cert: file('data-plane.crt'), cert_key: file('data-plane.key'), trusted_ca_cert: file('ca.crt') },
      },
      antipode: { region: 'east', fallback, ...(cacheDir !== undefined && { cache_dir: cacheDir }) },
    })
    const dataPlane = await runDataPlane(loadRuntimeConfig(text, 'config.yaml', {}).config)
    running.add(dataPlane)
    return dataPlane
  }
  async function statusOf({ statusPort }: RunningDataPlane): Promise<DataPlaneStatus> {
    return (await fetch(`http://127.0.0.1:${statusPort}/status`)).json() as Promise<DataPlaneStatus>
  }
  const call = async ({ ports }: RunningDataPlane) => (await fetch(`http://127.0.0.1:${ports[0]}/orders`)).text()

  it('that starts with nothing serves what the bucket holds, and says so', async () => {
    const cacheDir = await temporaryFolder()
    const dataPlane = await start(settings, cacheDir)
    await until('it serves from there', async () => (await statusOf(dataPlane)).source === 'fallback')
    assert.equal(await call(dataPlane), 'served')
    const { age, degraded, version } = await statusOf(dataPlane)
    assert.ok(age !== null && age < 3_600)
    assert.ok(degraded.includes('no control plane can be followed'))
    assert.equal(readPointer((await bucket.read(pointerKey('default')))!.text).version.revision, version?.revision)

    // What was taken in is kept like everything else.
    running.delete(dataPlane)
    await dataPlane.stop()
    assert.equal((await statusOf(await start(settings, cacheDir))).source, 'cache')
  })

  it('reads the same objects over plain HTTP', async () => {
    const client = new S3Client({ region: 'us-east-1', endpoint: moto.endpoint, forcePathStyle: true })
    const mirror = createServer(async (request, response) => {
      const Key = decodeURIComponent(request.url!).replace('/mirror/', 'payments/')
      const { Body } = await client.send(new GetObjectCommand({ Bucket: 'snapshots', Key }))
      response.end(await Body!.transformToByteArray())
    }).listen(0, '127.0.0.1')
    await once(mirror, 'listening')
    try {
      const dataPlane = await start({ url: `http://127.0.0.1:${(mirror.address() as AddressInfo).port}/mirror/` })
      await until('it serves from there', async () => (await statusOf(dataPlane)).source === 'fallback')
      assert.equal(await call(dataPlane), 'served')
    } finally {
      mirror.close()
      client.destroy()
    }
  })

  it('says where the fallback is not to be had, or holds nothing', async () => {
    for (const [url, why] of [
      [`${moto.endpoint}/nothing-here`, 'the fallback holds nothing for gateway group default'],
      ['http://127.0.0.1:9/', 'the fallback cannot be read: '],
    ] as const) {
      const dataPlane = await start({ url })
      await until('it says so', async () => (await statusOf(dataPlane)).degraded.some((text) => text.startsWith(why)))
      assert.equal((await statusOf(dataPlane)).source, null)
    }
  })

  it('takes nothing that is older than what it holds, or that no control plane has signed', async () => {
    const key = pointerKey('default')
    const found = (await bucket.read(key))!
    const pointer = readPointer(found.text)
    const cacheDir = await temporaryFolder()
    const first = await start(settings, cacheDir)
    await until('it serves from there', async () => (await statusOf(first)).source === 'fallback')
    running.delete(first)
    await first.stop()

    const stranger = await createAuthority('test')
    const uri = 'spiffe://test/region/east/control-plane'
    const identity = await issueCertificate({ authority: stranger, uri, usage: 'server+client' })
    const heading = { lineage: pointer.lineage, group: 'default', region: 'east', hash: '0'.repeat(64) }
    const older = `default/${pointer.lineage}/1-1.frame.gz`
    const put = async (version: { epoch: number; revision: number }, signer: FrameSigner) => {
      await bucket.write(older, signer.seal({ kind: 'snapshot', ...heading, version, resources: [] }).gzip)
      const { tag } = (await bucket.read(key))!
      await bucket.replace(key, JSON.stringify({ ...pointer, version, snapshot: older }), tag)
    }

    await put({ epoch: 9_000, revision: 1 }, new FrameSigner(identity.certificate, identity.key))
    const forged = await start(settings, cacheDir)
    await until('it is refused', async () => (await statusOf(forged)).refusals.forged > 0)
    assert.equal((await statusOf(forged)).source, 'cache')
    assert.equal(await call(forged), 'served')

    const own = (name: string) => readFile(path.join(regions.folder, name), 'utf8')
    await put({ epoch: 1, revision: 1 }, new FrameSigner(await own('east.crt'), await own('east.key')))
    const stale = await start(settings, cacheDir)
    await until('it is refused', async () => (await statusOf(stale)).refusals.stale > 0)
    assert.deepEqual((await statusOf(stale)).version, pointer.version)
    const { tag } = (await bucket.read(key))!
    await bucket.replace(key, found.text, tag)
  })

  it('follows a control plane again as soon as there is one', async () => {
    const dataPlane = await start(settings)
    await until('it serves from the bucket', async () => (await statusOf(dataPlane)).source === 'fallback')
    await regions.startControlPlane('east')
    await regions.startControlPlane('west')
    await until('it follows', async () => (await statusOf(dataPlane)).source === 'control-plane', 60)
    assert.equal(await call(dataPlane), 'served')
  })
})
