import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type Logger, pino } from 'pino'
import { NO_KEYRING } from '../../../runtime/control-plane/keyring/keyring.ts'
import { HoldFile } from '../../../runtime/control-plane/replication/hold.ts'
import { RegionControlPlane } from '../../../runtime/control-plane/replication/region-control-plane.ts'
import { linkedDatabases, PASSWORDS } from '../../toolkit/local/database/linked-databases.ts'

/** A region without a peer over a PostgreSQL of its own, whose control plane can be started any number of times. */
export class LoneRegion {
  readonly #databases: Awaited<ReturnType<typeof linkedDatabases>>
  readonly #folder: string

  static async create(): Promise<LoneRegion> {
    const databases = await linkedDatabases(17)
    await databases.east.create()
    return new LoneRegion(databases, await mkdtemp(path.join(tmpdir(), 'antipode-test-')))
  }

  private constructor(databases: Awaited<ReturnType<typeof linkedDatabases>>, folder: string) {
    this.#databases = databases
    this.#folder = folder
  }

  get database() {
    return this.#databases.east
  }

  async start(logger: Logger = pino({ level: 'silent' })): Promise<RegionControlPlane> {
    const password = encodeURIComponent(PASSWORDS.controlPlane)
    const control = new RegionControlPlane({
      settings: {
        region: 'east',
        regionIndex: 1,
        database: `postgres://antipode:${password}@127.0.0.1:${this.#databases.ports.east}/antipode`,
        initialWriter: true,
        commit: 'confirmed',
        leaseTtl: 1_000,
        confirmTimeout: 5_000,
        peerRegion: null,
      },
      logger,
      keyring: NO_KEYRING,
      hold: await HoldFile.open(this.#folder),
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

  async close(): Promise<void> {
    await this.#databases.close()
    await rm(this.#folder, { recursive: true })
  }
}
