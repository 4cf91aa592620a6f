import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { issueCertificate, type KeyPair } from '../../../runtime/control-plane/pki/authority.ts'
import { openWitness } from '../../../runtime/control-plane/replication/automatic/open-witness.ts'
import type { WitnessSettings } from '../../../runtime/model/automatic-failover.ts'
import { MotoServer, motoMissing } from '../../toolkit/moto-server.ts'
import { HttpsEndpoint } from './https-endpoint.ts'
import { MemoryWitness } from './memory-witness.ts'
import { describeWitness } from './suite.ts'

const NOTHING_MORE = { region: null, endpoint: null, token: null, ca: null }
const NOBODY = { cert: '', key: '' }

const inMemory = new Map<string, MemoryWitness>()
describeWitness({
  name: 'in memory',
  start: async () => {},
  stop: async () => {},
  open: async (object) => {
    const witness = inMemory.get(object) ?? new MemoryWitness()
    inMemory.set(object, witness)
    return witness
  },
  takeAway: async () => {
    for (const witness of inMemory.values()) witness.isAway = true
  },
})

let endpoint: HttpsEndpoint
let member: KeyPair
const overHttps = (object: string, more: Partial<WitnessSettings> = {}, identity = () => shown(member)) =>
  openWitness({
    settings: { ...NOTHING_MORE, url: `${endpoint.url}/${object}`, ca: endpoint.authority.certificate, ...more },
    identity,
  })
const shown = ({ certificate, key }: KeyPair) => ({ cert: certificate, key })

const startEndpoint = async () => {
  endpoint = await HttpsEndpoint.start()
  member = await issueCertificate({
    ...{ authority: endpoint.authority, uri: 'spiffe://test/region/east/control-plane', usage: 'server+client' },
  })
}

describeWitness({
  name: 'an HTTPS endpoint',
  start: startEndpoint,
  stop: async () => {},
  open: (object) => overHttps(object),
  takeAway: () => endpoint.stop(),
})

describe('a witness at an HTTPS endpoint', () => {
  before(startEndpoint)
  after(() => endpoint.stop())

  it("is shown the control plane's own certificate", async () => {
    const witness = await overHttps('certificate')
    await witness.replace('text', undefined)
    witness.close()
    assert.deepEqual([...endpoint.callers], ['URI:spiffe://test/region/east/control-plane'])
  })

  it('is sent a token where there is one', async () => {
    const witness = await overHttps('token', { token: 'secret' }, () => NOBODY)
    assert.equal(await witness.replace('text', undefined), true)
    witness.close()
  })

  it('is not believed where it is not who it should be', async () => {
    const witness = await overHttps('stranger', { ca: null })
    await assert.rejects(witness.read())
    witness.close()
  })

  it('is of no use where it refuses, is out of order, or its tags are weak', async () => {
    const refused = await overHttps('refused', {}, () => NOBODY)
    await assert.rejects(refused.read(), /GET was answered with 401/)
    await assert.rejects(refused.replace('text', undefined), /PUT was answered with 401/)
    const witness = await overHttps('weak')
    await witness.replace('text', undefined)
    endpoint.isWeak = true
    await assert.rejects(witness.read(), /without a strong ETag/)
    endpoint.isWeak = false
    endpoint.outage = 503
    await assert.rejects(witness.read(), /GET was answered with 503/)
    await assert.rejects(witness.replace('text', undefined), /PUT was answered with 503/)
    endpoint.outage = undefined
    for (const opened of [refused, witness]) opened.close()
  })
})

let moto: MotoServer
const bucket = `witness-${randomUUID()}`
describeWitness({
  name: 'an object of an S3 bucket',
  skip: motoMissing,
  oneAtATime: 'moto answers in threads, and stores an object some time after it has looked at the condition',
  start: async () => {
    moto = await MotoServer.start()
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' })
    const client = new S3Client({ region: 'us-east-1', endpoint: moto.endpoint, forcePathStyle: true })
    await client.send(new CreateBucketCommand({ Bucket: bucket }))
    client.destroy()
  },
  stop: async () => {},
  open: (object) =>
    openWitness({
      settings: {
        ...NOTHING_MORE,
        url: `s3://${bucket}/pairs/${object}`,
        region: 'us-east-1',
        endpoint: moto.endpoint,
      },
      identity: () => NOBODY,
    }),
  takeAway: () => moto.stop(),
})
