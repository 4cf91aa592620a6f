import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { pino } from 'pino'
import { until } from '../../toolkit/local/database/linked-databases.ts'
import { LoneRegion } from './lone-region.ts'

describe('a region without a peer', () => {
  let region: LoneRegion

  before(async () => {
    region = await LoneRegion.create()
  })
  after(() => region.close())

  /** A control plane, and each role that it takes, with whether there was anything to read when it did. */
  async function begin() {
    const roles: { role: string; reason: string; isReadable: boolean }[] = []
    const write = (line: string) => {
      const { msg, role, reason } = JSON.parse(line)
      if (msg === 'role') roles.push({ role, reason, isReadable: control.isReadable })
    }
    const control = await region.start(pino({ level: 'info' }, { write }))
    await until('it writes', () => control.role === 'active')
    return { control, roles }
  }

  for (const when of ['for the first time', 'again']) {
    it(`says that it writes once it can be read, starting ${when}`, async () => {
      const { control, roles } = await begin()
      await control.stop()
      assert.deepEqual(roles.slice(0, 2), [
        {
          role: 'frozen',
          reason: 'has not yet had its newest revision confirmed since it started',
          isReadable: false,
        },
        { role: 'active', reason: 'has no peer', isReadable: true },
      ])
    })
  }

  it('goes on to be read while it begins again, and says that it writes no sooner than it does', async () => {
    const { control, roles } = await begin()
    const { revision } = control.version
    roles.length = 0
    await region.database.stop('immediate')
    await until('it writes no more', () => control.role === 'frozen')
    await region.database.start()
    await until('it writes again', () => control.role === 'active')
    assert.ok(control.version.revision > revision)
    await control.stop()
    assert.ok(roles.every(({ isReadable }) => isReadable))
  })
})
