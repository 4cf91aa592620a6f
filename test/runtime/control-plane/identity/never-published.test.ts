import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { createAuthority, issueCertificate } from '../../../../runtime/control-plane/pki/authority.ts'
import { FrameSigner } from '../../../../runtime/control-plane/publish/frame-signer.ts'
import { Publisher, type PublisherOptions } from '../../../../runtime/control-plane/publish/publisher.ts'
import { type Change, Configuration } from '../../../../runtime/control-plane/store/configuration.ts'
import { INTERNAL_TYPES, type StoredType } from '../../../../runtime/model/resource.ts'

const PLANTED = 'a-planted-secret'

describe('what control planes keep for themselves', () => {
  it('is in no frame, as a snapshot, a delta or a removal, and does not change the hash', async () => {
    const authority = await createAuthority('test')
    const uri = 'spiffe://test/region/east/control-plane'
    const { certificate, key } = await issueCertificate({ authority, uri, usage: 'server+client' })
    const settings = { exposeRegion: false, heartbeatInterval: 10 }
    const publisher = new Publisher({
      ...{ group: 'default', region: 'east', signer: new FrameSigner(certificate, key) },
      settings: () => settings,
    } as unknown as PublisherOptions)
    const configuration = new Configuration()
    let index = 0
    const change = (type: StoredType, id: string, value: Change['value']): Change => {
      index += 1
      return { type, id, value, createdIndex: index, modifiedIndex: index, expiresAt: null }
    }
    const route = change('routes', '1', { uri: '/visible' })
    configuration.apply(route)
    const { hash } = configuration
    for (const type of INTERNAL_TYPES) configuration.apply(change(type, PLANTED, { secret: PLANTED }))
    assert.equal(configuration.hash, hash)
    assert.equal(configuration.copy().hash, hash)

    const received: string[] = []
    const send = (frame: { plain: Buffer }) => received.push(frame.plain.toString()) > 0
    const show = (revision: number) => publisher.show(configuration, 'a lineage', { epoch: 1, revision })
    show(1)
    await turn()
    publisher.subscribe({ send }, undefined)
    const advance = async (revision: number, changes: Change[]) => {
      for (const change of changes) configuration.apply(change)
      publisher.advance({ version: { epoch: 1, revision }, changes })
      await turn()
    }
    await advance(
      2,
      INTERNAL_TYPES.map((type) => change(type, `${PLANTED}-2`, { secret: PLANTED })),
    )
    await advance(3, [change('routes', '2', { uri: '/new' }), change('users', PLANTED, null)])
    show(4)
    await turn()
    publisher.subscribe({ send }, undefined)

    const all = received.join('')
    const kinds = [...all.matchAll(/"kind":"(\w+)"/g)].map(([, kind]) => kind)
    assert.deepEqual(kinds, ['settings', 'snapshot', 'mark', 'delta', 'mark', 'settings', 'snapshot'])
    assert.match(all, /\/visible/)
    assert.ok(!all.includes(PLANTED), 'a data plane was given something that is not for it')
    for (const type of INTERNAL_TYPES) assert.ok(!all.includes(`"${type}"`), type)
  })
})
