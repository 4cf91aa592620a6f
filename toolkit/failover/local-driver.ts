import { readFile } from 'node:fs/promises'
import type { LocalTopology } from '../local/local-topology.ts'
import type { Deployment, FailoverDriver } from './failover-driver.ts'

/** Drives a topology that runs on this machine, through its supervisor. */
export class LocalDriver implements FailoverDriver {
  readonly #topology: LocalTopology

  constructor(topology: LocalTopology) {
    this.#topology = topology
  }

  capabilities() {
    return { switchover: 'lossless', rejoin: 'rebuild', fence: true } as const
  }

  async describe(): Promise<Deployment> {
    const { topology, regions, operator, dataDir } = await this.#topology.describe()
    const [certificate, key, ca] = await Promise.all(
      [operator.certificate, operator.key, operator.ca].map((file) => readFile(file, 'utf8')),
    )
    return { topology, regions, operator: { certificate: certificate!, key: key!, ca: ca! }, folder: dataDir }
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
}
