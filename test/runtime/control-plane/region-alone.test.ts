import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { pino } from 'pino'
import { NO_KEYRING } from '../../../runtime/control-plane/keyring/keyring.ts'
import { HoldFile } from '../../../runtime/control-plane/replication/hold.ts'
import { RegionControlPlane } from '../../../runtime/control-plane/replication/region-control-plane.ts'
import { linkedDatabases, PASSWORDS, until } from '../../toolkit/local/database/linked-databases.ts'

describe('a region without a peer', () => {
  let databases: Awaited<ReturnType<typeof linkedDatabases>>
  let folder: string
  /** Each role that a region took, and whether there was anything to read when it did. */
  let roles: { role: string; reason: string; isReadable: boolean }[]

  before(async () => {
    databases = await linkedDatabases(17)
    await databases.east.create()
    folder = await mkdtemp(path.join(tmpdir(), 'antipode-test-'))
  })
  after(async () => {
    await databases.close()
    await rm(folder, { recursive: true })
  })

  async function begin(): Promise<RegionControlPlane> {
    roles = []
    const write = (line: string) => {
      const { msg, role, reason } = JSON.parse(line)
      if (msg === 'role') roles.push({ role, reason, isReadable: control.isReadable })
    }
    const control = new RegionControlPlane({
      settings: {
        region: 'east',
        regionIndex: 1,
        database: `postgres://antipode:${encodeURIComponent(PASSWORDS.controlPlane)}@127.0.0.1:${databases.ports.east}/antipode`,
        initialWriter: true,
        commit: 'confirmed',
        leaseTtl: 1_000,
        confirmTimeout: 5_000,
        peerRegion: null,
      },
      logger: pino({ level: 'info' }, { write }),
      keyring: NO_KEYRING,
      hold: await HoldFile.open(folder),
      // It neither calls another control plane nor is called.
      tls: { cert: '', key: '', ca: '' },
      syncListen: { ip: '127.0.0.1', port: 1 },
      peer: null,
      peerAdmin: null,
      instances: () => [],
      show: () => {},
      advance: () => {},
    })
    control.start()
    return control
  }

  for (const when of ['for the first time', 'again']) {
    it(`says that it writes once it can be read, starting ${when}`, async () => {
      const control = await begin()
      await until('it writes', () => control.role === 'active')
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
    const control = await begin()
    await until('it writes', () => control.role === 'active')
    const { revision } = control.version
    roles = []
    await databases.east.stop('immediate')
    await until('it writes no more', () => control.role === 'frozen')
    await databases.east.start()
    await until('it writes again', () => control.role === 'active')
    assert.ok(control.version.revision > revision)
    await control.stop()
    assert.ok(roles.every(({ isReadable }) => isReadable))
  })
})
