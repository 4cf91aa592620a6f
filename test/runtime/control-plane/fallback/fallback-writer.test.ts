import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { pino } from 'pino'
import { FallbackWriter } from '../../../../runtime/control-plane/fallback/fallback-writer.ts'
import { SnapshotBucket } from '../../../../runtime/control-plane/fallback/snapshot-bucket.ts'
import type { PublishedSnapshot } from '../../../../runtime/control-plane/publish/publisher.ts'
import { pointerKey, readPointer } from '../../../../runtime/model/fallback-location.ts'
import { until } from '../../../toolkit/local/database/linked-databases.ts'
import { MotoServer, motoMissing } from '../../../toolkit/moto-server.ts'

const logger = pino({ level: 'silent' })

function published(epoch: number, revision: number, more: Partial<PublishedSnapshot> = {}): PublishedSnapshot {
  const content = Buffer.from(`snapshot of (${epoch},${revision})`)
  return {
    ...{ lineage: 'lineage-1', version: { epoch, revision }, hash: `hash-${revision}`, publishedAt: Date.now() },
    frame: () => ({ plain: content, gzip: content }),
    ...more,
  }
}

describe('the writer of the fallback', { skip: motoMissing }, () => {
  let moto: MotoServer
  let client: S3Client
  let bucket: SnapshotBucket
  let number = 0
  before(async () => {
    moto = await MotoServer.start()
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' })
    client = new S3Client({ region: 'us-east-1', endpoint: moto.endpoint, forcePathStyle: true })
    await client.send(new CreateBucketCommand({ Bucket: 'snapshots' }))
  })
  after(async () => {
    client?.destroy()
    await moto?.stop()
  })

  const open = (name = 'snapshots') =>
    SnapshotBucket.open({ url: `s3://${name}/test-${number}`, region: 'us-east-1', endpoint: moto.endpoint })
  const pointerOf = async (group: string) => {
    const found = await bucket.read(pointerKey(group))
    return found && readPointer(found.text)
  }
  /** A control plane that publishes what the test says, for as long as the test takes. */
  async function writing(
    of: Record<string, PublishedSnapshot>,
    work: (writer: FallbackWriter) => Promise<void>,
    options: { name?: string; mayWrite?: () => boolean } = {},
  ): Promise<void> {
    const { name, mayWrite = () => true } = options
    const writer = new FallbackWriter({
      ...{ bucket: await open(name), mayWrite, logger },
      groups: () => Object.keys(of),
      published: (group) => of[group],
    })
    try {
      await work(writer)
    } finally {
      await writer.close()
    }
  }
  const fresh = async () => {
    number += 1
    bucket = await open()
  }

  it('leaves the newest snapshot of each group, and the three newest of all', async () => {
    await fresh()
    const of = { default: published(65, 1), 'a/group': published(65, 1) }
    await writing(of, async (writer) => {
      for (let revision = 1; revision <= 5; revision++) {
        of.default = published(65, revision)
        await until('it is there', async () => (await pointerOf('default'))?.version.revision === revision)
      }
      await until('nothing is missing', () => writer.lag === 0)
      const { snapshot } = (await pointerOf('default'))!
      assert.equal((await bucket.read(snapshot))?.text, 'snapshot of (65,5)')
      assert.equal((await pointerOf('a/group'))?.hash, 'hash-1')
      await until('old ones are gone', async () => (await bucket.list('default/lineage-1/')).length === 3)
    })
  })

  it('is not led back: a writer of an older epoch, or of another lineage, leaves what is there', async () => {
    await fresh()
    await writing({ default: published(130, 7) }, async (writer) => {
      await until('it is there', () => writer.counts.written === 1)
    })
    for (const late of [published(65, 900), published(194, 1, { lineage: 'lineage-2' })]) {
      await writing({ default: late }, async (writer) => {
        await until('it is refused', () => writer.counts.failed > 0)
        assert.ok(writer.lag !== null)
      })
      assert.deepEqual((await pointerOf('default'))?.version, { epoch: 130, revision: 7 })
    }
    await writing({ default: published(130, 8) }, async (writer) => {
      await until('it goes on', () => writer.counts.written === 1)
    })
  })

  it('replaces only what it has read, so that of two at once the newer wins', async () => {
    await fresh()
    const tag = await bucket.replace('default/newest.json', 'first', undefined)
    assert.ok(tag)
    assert.equal(await bucket.replace('default/newest.json', 'second', undefined), undefined)
    assert.ok(await bucket.replace('default/newest.json', 'second', tag))
    assert.equal(await bucket.replace('default/newest.json', 'third', tag), undefined)
    assert.equal((await bucket.read('default/newest.json'))?.text, 'second')

    await fresh()
    const old = { default: published(65, 1) }
    await writing(old, async () => {
      await writing({ default: published(130, 2) }, async () => {
        for (let revision = 3; revision < 8; revision++) {
          old.default = published(65, revision)
          await until('both have looked', async () => (await pointerOf('default')) !== undefined)
        }
        await until('the newer wins', async () => (await pointerOf('default'))?.version.epoch === 130)
      })
    })
    assert.equal((await pointerOf('default'))?.version.epoch, 130)
  })

  it('tries again while the bucket is away, and says how far it is behind', async () => {
    await fresh()
    const name = `later-${number}`
    const of = { default: published(65, 1, { publishedAt: Date.now() - 60_000 }) }
    await writing(
      of,
      async (writer) => {
        await until('it fails', () => writer.counts.failed > 0)
        assert.ok(writer.lag! >= 60, `${writer.lag}`)
        await client.send(new CreateBucketCommand({ Bucket: name }))
        await until('it is there', () => writer.lag === 0 && writer.counts.written === 1)
      },
      { name },
    )
  })

  it('leaves it to whoever leads the region that writes', async () => {
    await fresh()
    let isLeader = false
    await writing(
      { default: published(65, 1) },
      async (writer) => {
        assert.equal(writer.lag, null)
        isLeader = true
        await until('it is there', () => writer.counts.written === 1)
      },
      { mayWrite: () => isLeader },
    )
  })
})
