import { readFile } from 'node:fs/promises'
import { AntipodeError } from '../../runtime/model/errors.ts'
import { POSTGRES_MAJORS } from '../local/database/binaries.ts'
import type { LocalTopology } from '../local/local-topology.ts'
import type { DatabaseUpgrades, Deployment, FailoverDriver } from './failover-driver.ts'

/** Drives a topology that runs on this machine, through its supervisor. */
export class LocalDriver implements FailoverDriver, DatabaseUpgrades {
  readonly #topology: LocalTopology

  constructor(topology: LocalTopology) {
    this.#topology = topology
  }

  capabilities() {
    return { switchover: 'lossless', rejoin: 'rebuild', fence: true } as const
  }

  async describe(): Promise<Deployment> {
    const { topology, replication, regions, operator, dataDir } = await this.#topology.describe()
    const [certificate, key, ca] = await Promise.all(
      [operator.certificate, operator.key, operator.ca].map((file) => readFile(file, 'utf8')),
    )
    return {
      topology,
      replication,
      regions,
      operator: { certificate: certificate!, key: key!, ca: ca! },
      folder: dataDir,
    }
  }

  async fence(region: string): Promise<void> {
    await this.#topology.kill(region, ['control-plane', 'database'])
  }

  async stopDatabase(region: string): Promise<string> {
    const database = this.#topology.database(region)
    await database.stop('fast')
    const { shutDown, checkpointLsn } = await database.status()
    if (!shutDown) throw new Error(`the database of ${region} did not stop cleanly`)
    return checkpointLsn
  }

  async followFrom(region: string, of: string): Promise<void> {
    await this.#topology.database(region).startAsStandby(of)
  }

  async resumeDatabase(region: string): Promise<void> {
    await this.#topology.database(region).startAsPrimary()
  }

  async startRegion(region: string): Promise<void> {
    await this.#topology.start(region, ['database', 'control-plane', 'data-plane'])
  }

  async rejoin(region: string, from: string): Promise<void> {
    await this.#topology.database(region).rebuild(from)
  }

  async checkUpgrade(major: number): Promise<void> {
    const { topology, replication } = await this.#topology.describe()
    const refuse = (reason: string) => new AntipodeError('ANTIPODE_REFUSED', { reason })
    if (replication !== 'logical') {
      throw refuse(
        `the databases of ${topology} are not replicated logically (database.replication: ${replication}), and so stay of one major`,
      )
    }
    if (!POSTGRES_MAJORS.some((known) => known === major)) {
      throw refuse(`this machine has no PostgreSQL ${major}; it has ${POSTGRES_MAJORS.join(' and ')}`)
    }
  }

  async databaseOf(region: string): Promise<{ major: number; beside: number | null }> {
    const { major, beside } = await this.#topology.database(region).status()
    return { major, beside }
  }

  async buildBeside(region: string, from: string, major: number): Promise<void> {
    await this.#topology.database(region).buildBeside(from, major)
  }

  async discardBeside(region: string): Promise<void> {
    await this.#topology.database(region).discardBeside()
  }

  async moveIn(region: string): Promise<void> {
    await this.#topology.database(region).moveIn()
  }
}
