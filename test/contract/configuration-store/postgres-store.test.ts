import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pino } from 'pino'
import { NO_KEYRING } from '../../../runtime/control-plane/keyring/keyring.ts'
import { HoldFile } from '../../../runtime/control-plane/replication/hold.ts'
import { RegionControlPlane } from '../../../runtime/control-plane/replication/region-control-plane.ts'
import { linkedDatabases, PASSWORDS, until } from '../../toolkit/local/database/linked-databases.ts'
import { describeConfigurationStore } from './suite.ts'

describeConfigurationStore('PostgreSQL', async () => {
  const databases = await linkedDatabases(17)
  await databases.east.create()
  const folder = await mkdtemp(path.join(tmpdir(), 'antipode-test-'))
  const password = encodeURIComponent(PASSWORDS.controlPlane)
  const control = new RegionControlPlane({
    settings: {
      region: 'east',
      regionIndex: 1,
      database: `postgres://antipode:${password}@127.0.0.1:${databases.ports.east}/antipode`,
      initialWriter: true,
      commit: 'confirmed',
      leaseTtl: 1_000,
      confirmTimeout: 5_000,
      peerRegion: null,
    },
    logger: pino({ level: 'silent' }),
    keyring: NO_KEYRING,
    hold: await HoldFile.open(folder),
    // Alone in its region, it neither calls another control plane nor is called.
    tls: { cert: '', key: '', ca: '' },
    syncListen: { ip: '127.0.0.1', port: 1 },
    peer: null,
    peerAdmin: null,
    instances: () => [],
    show: () => {},
    advance: () => {},
  })
  control.start()
  await until('it writes', () => control.state().role === 'active' && control.state().revision > 0)
  return {
    store: control,
    close: async () => {
      await control.stop()
      await databases.close()
      await rm(folder, { recursive: true })
    },
  }
})
