import type { FailoverDriver } from '../../../toolkit/failover/failover-driver.ts'
import type { Side, TwoRegions } from '../../runtime/control-plane/two-regions.ts'

/**
 * Two regions in this process, driven as the supervisor drives its own.
 *
 * @param fenced gets the regions that were to be fenced
 */
export function driverOf(regions: TwoRegions, fenced: string[] = []): FailoverDriver {
  const database = (region: string) => regions.databases[region as Side]
  return {
    capabilities: () => ({ switchover: 'lossless', rejoin: 'rebuild', fence: true }),
    describe: async () => ({
      topology: 'test',
      replication: 'physical',
      regions: (['east', 'west'] as const).map((name, i) => ({
        ...{ name, index: i + 1, database: regions.databaseUrl(name) },
        sync: `https://127.0.0.1:${regions.ports[name].sync}`,
      })),
      ...{ operator: regions.operator, folder: regions.folder },
    }),
    fence: async (region) => void fenced.push(region),
    stopDatabase: async (region) => {
      await database(region).stop('fast')
      return (await database(region).status()).checkpointLsn
    },
    followFrom: (region, of) => database(region).startAsStandby(of),
    resumeDatabase: (region) => database(region).startAsPrimary(),
    startRegion: (region) => database(region).start(),
    rejoin: (region, from) => database(region).rebuild(from),
  }
}
