import type { Logger } from 'pino'
import { DEFAULT_GROUP } from '../../model/resource.ts'
import type { FallbackSettings } from '../../model/runtime-config.ts'
import { countOf, gauge, type Metric } from '../operation/exposition.ts'
import type { GroupPublishers } from '../publish/group-publishers.ts'
import type { RegionControlPlane } from '../replication/region-control-plane.ts'
import { FallbackWriter } from './fallback-writer.ts'
import { SnapshotBucket } from './snapshot-bucket.ts'

export interface FallbackOptions {
  readonly settings: FallbackSettings
  readonly control: RegionControlPlane
  readonly publishers: GroupPublishers
  readonly logger: Logger
}

/** Begins to leave snapshots where the settings say. Loading the client holds everything up: do it before leading. */
export async function openFallback({
  settings,
  control,
  publishers,
  logger,
}: FallbackOptions): Promise<FallbackWriter> {
  return new FallbackWriter({
    bucket: await SnapshotBucket.open(settings),
    mayWrite: () => control.feed !== undefined && (control.role === 'active' || control.role === 'solo'),
    groups: () => [
      DEFAULT_GROUP,
      ...control
        .read()
        .list('gateway_groups')
        .map(({ id }) => id),
    ],
    published: (group) => publishers.of(group).snapshot,
    logger,
  })
}

/** How far the bucket is behind. */
export function fallbackMetrics(fallback: FallbackWriter): Metric[] {
  const { counts } = fallback
  return [
    gauge(
      'antipode_fallback_lag_seconds',
      'How long the fallback bucket has lacked what was published; absent where another control plane writes it.',
      () => fallback.lag,
    ),
    countOf('antipode_fallback_snapshots_total', 'Snapshots left in the fallback bucket.', () => counts.written),
    countOf('antipode_fallback_failures_total', 'Snapshots that could not be left there.', () => counts.failed),
  ]
}
