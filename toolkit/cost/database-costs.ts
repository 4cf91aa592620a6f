import { always, type CostLine, type Declared, type Surroundings } from './cost-line.ts'
import { HOURS, type Usage } from './usage.ts'

type Line = Omit<CostLine, 'region'>

/** The sizes of instance classes, each twice the one before it. */
const SIZES = ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '16xlarge']

/** What databases and their backups cost. */
export const databaseCosts: Readonly<Record<string, (resource: Declared, around: Surroundings) => readonly Line[]>> = {
  aws_db_instance: (instance, around) => {
    // A second instance stands ready in another zone, on storage of its own.
    const instances = instance.multi_az === true ? 2 : 1
    const zones = instances === 2 ? ', two zones' : ''
    const hours = instanceHours(`${instance.instance_class}`, 'rds', around)
    return [
      {
        what: `PostgreSQL ${instance.instance_class}${zones}`,
        item: hours.item,
        quantity: always(hours.hours * instances),
      },
      {
        what: `storage${zones}`,
        item: 'rds-gp3-gigabyte-month',
        // A replica has as much as its source, which no stack of its own says.
        quantity: always(Number(instance.allocated_storage ?? 50) * instances),
      },
    ]
  },
  aws_rds_cluster_instance: (instance, around) => {
    const hours = instanceHours(`${instance.instance_class}`, 'aurora', around)
    return [{ what: `Aurora ${instance.instance_class}`, item: hours.item, quantity: always(hours.hours) }]
  },
  aws_rds_cluster: (cluster, { usage }) => [
    { what: 'Aurora storage', item: 'aurora-gigabyte-month', quantity: always(usage.databaseGigabytes) },
    ...(cluster.global_cluster_identifier
      ? // Control planes write every second.
        [
          {
            what: 'Aurora replicated writes',
            item: 'aurora-replicated-million',
            quantity: always((HOURS * 3_600) / 1e6),
          },
        ]
      : []),
  ],
  aws_backup_plan: ({ rule }, { usage }) => {
    const [{ lifecycle, copy_action }] = rule as [BackupRule]
    const kept = daysOf(lifecycle)
    const copied = daysOf((copy_action ?? [])[0]?.lifecycle)
    return [
      { what: `backups, ${kept} days`, item: 'backup-gigabyte-month', quantity: always(backup(usage, kept)) },
      ...(copied > 0
        ? [
            {
              what: `copies of backups, ${copied} days`,
              item: 'backup-gigabyte-month',
              quantity: always(backup(usage, copied)),
            },
            {
              what: 'copying backups to the other region',
              item: 'inter-region-gigabyte',
              quantity: always(usage.databaseGigabytes * usage.databaseChangePerDay * 30),
            },
          ]
        : []),
    ]
  },
}

interface Lifecycle {
  readonly delete_after?: number
}

interface BackupRule {
  readonly lifecycle?: Lifecycle | readonly Lifecycle[]
  readonly copy_action?: readonly { readonly lifecycle?: Lifecycle | readonly Lifecycle[] }[]
}

function daysOf(lifecycle: BackupRule['lifecycle']): number {
  const [first] = Array.isArray(lifecycle) ? lifecycle : [lifecycle]
  return Number((first as Lifecycle | undefined)?.delete_after ?? 0)
}

/** A whole backup, and the changes of every further day. */
function backup({ databaseGigabytes, databaseChangePerDay }: Usage, days: number): number {
  return databaseGigabytes * (1 + databaseChangePerDay * Math.max(0, days - 1))
}

/** A class without a price is counted in hours of a smaller one of its family, since each size costs twice the last. */
function instanceHours(
  instanceClass: string,
  engine: 'rds' | 'aurora',
  { prices, region }: Surroundings,
): { item: string; hours: number } {
  const item = (name: string) => `${engine}-instance-hour:${name}`
  if (prices.likely(item(instanceClass), region)) return { item: item(instanceClass), hours: HOURS }
  const [, family, size = ''] = /^(db\.\w+)\.(\w+)$/.exec(instanceClass) ?? []
  const larger = SIZES.indexOf(size)
  const known = SIZES.findIndex((smaller) => prices.likely(item(`${family}.${smaller}`), region))
  if (larger < 0 || known < 0) return { item: item(instanceClass), hours: HOURS }
  return { item: item(`${family}.${SIZES[known]}`), hours: HOURS * 2 ** (larger - known) }
}
