import type { CreateDBInstanceReadReplicaCommandInput, DBInstance } from '@aws-sdk/client-rds'
import { AntipodeError } from '../../../../runtime/model/errors.ts'
import { DONE, READY, refusedBecause, type Step, type StepState, underWay } from '../../steps/step.ts'
import { type DatabaseDriver, type DatabaseState, unanswered } from '../database-driver.ts'
import { RegionClients } from '../region-clients.ts'
import { describeInstance, instanceState } from './instance-state.ts'

/** Statuses in which AWS is at work on an instance and gives it back by itself. */
const CHANGING = new Set([
  'configuring-enhanced-monitoring',
  'configuring-log-exports',
  'creating',
  'modifying',
  'rebooting',
  'renaming',
  'starting',
])
/** Statuses in which AWS takes orders. */
const SERVING = new Set(['available', 'storage-optimization'])

const NO_FIGURE = 'minutes; AWS publishes no figure'

/**
 * PostgreSQL on RDS, a primary and a replica in another region. Nothing undoes a promotion: the promoted replica follows
 * nobody again, and neither does the old writer, which is replaced by an instance of the next generation.
 */
export class RdsDriver implements DatabaseDriver {
  readonly kind = 'rds'
  /** Identifiers by region, as the stacks declare them. */
  readonly #instances: Readonly<Record<string, string>>
  readonly #clients = new RegionClients()

  constructor(instances: Readonly<Record<string, string>>) {
    this.#instances = instances
  }

  capabilities() {
    return { oldWriter: 'rebuilt', fence: false } as const
  }

  states(): Promise<DatabaseState[]> {
    const regions = Object.keys(this.#instances)
    return Promise.all(
      regions.map(async (region) => {
        const identifier = this.#identifier(region)
        return this.#instance(region).then(
          (instance) => instanceState(region, identifier, instance),
          (error: Error) => unanswered(region, identifier, error),
        )
      }),
    )
  }

  /** RDS has one way for both; that nothing is lost is for whoever drained the writer first. */
  switchover(to: string): Step[] {
    return [this.#promote(to)]
  }

  failover(to: string): Step[] {
    return [this.#promote(to)]
  }

  fence(region: string): Step[] {
    const identifier = this.#identifier(region)
    return [
      {
        id: `stop ${identifier}`,
        what: `stop ${identifier}, which AWS starts again after seven days`,
        expected: 'several minutes; AWS publishes no figure',
        look: async () => stopState(identifier, await this.#instance(region)),
        begin: async () => {
          await this.#clients.call(region, (client, { StopDBInstanceCommand }) =>
            client.send(new StopDBInstanceCommand({ DBInstanceIdentifier: identifier })),
          )
        },
      },
    ]
  }

  rejoin(region: string, from: string): Step[] {
    const old = this.#identifier(region)
    const source = this.#identifier(from)
    const identifier = nextGeneration(old)
    return [
      {
        id: `create ${identifier}`,
        what: `create ${identifier} as a replica of ${source}; ${old} stays as it is`,
        expected: 'as long as a copy of the whole database takes; AWS publishes no figure',
        look: async () => this.#replicaState(region, identifier, from),
        begin: async () => {
          const [like, copied] = await Promise.all([this.#instance(region), this.#instance(from)])
          const { DBInstanceArn: arn } = copied ?? {}
          if (!like || !arn) {
            const missing = like ? source : old
            const reason = `${missing} is not there to be copied from; raise the generation in the topology and apply it`
            throw new AntipodeError('ANTIPODE_REFUSED', { reason })
          }
          await this.#clients.call(region, (client, { CreateDBInstanceReadReplicaCommand }) =>
            client.send(new CreateDBInstanceReadReplicaCommand(replicaLike(like, identifier, arn))),
          )
        },
      },
    ]
  }

  close(): void {
    this.#clients.close()
  }

  #promote(region: string): Step {
    const identifier = this.#identifier(region)
    return {
      id: `promote ${identifier}`,
      what: `promote ${identifier}, which nothing undoes`,
      expected: NO_FIGURE,
      irreversible: true,
      look: async () => promotionState(identifier, await this.#instance(region)),
      begin: async () => {
        await this.#clients.call(region, (client, { PromoteReadReplicaCommand }) =>
          client.send(new PromoteReadReplicaCommand({ DBInstanceIdentifier: identifier })),
        )
      },
    }
  }

  async #replicaState(region: string, identifier: string, from: string): Promise<StepState> {
    const [replica, source] = await Promise.all([
      describeInstance(this.#clients, region, identifier),
      this.#instance(from),
    ])
    if (replica && SERVING.has(replica.DBInstanceStatus ?? '')) return DONE
    if (replica) return underWay(`${identifier} is ${replica.DBInstanceStatus}`)
    const { role, status } = instanceState(from, this.#identifier(from), source)
    if (role !== 'writer') return refusedBecause(`${this.#identifier(from)} is no writer to copy from (${role})`)
    if (!SERVING.has(status)) return refusedBecause(`${this.#identifier(from)} is ${status}`)
    if (!source?.BackupRetentionPeriod) return refusedBecause(`${this.#identifier(from)} keeps no backups`)
    return READY
  }

  #instance(region: string): Promise<DBInstance | undefined> {
    return describeInstance(this.#clients, region, this.#identifier(region))
  }

  #identifier(region: string): string {
    const identifier = this.#instances[region]
    if (identifier) return identifier
    const known = Object.keys(this.#instances).join(', ')
    throw new AntipodeError('USAGE', { reason: `${region} has no database; those with one are ${known}` })
  }
}

function promotionState(identifier: string, instance: DBInstance | undefined): StepState {
  const { role, status } = instanceState('', identifier, instance)
  if (role === 'none') return refusedBecause('it is not there')
  if (role === 'writer') return CHANGING.has(status) ? underWay(`${identifier} is ${status}`) : DONE
  if (CHANGING.has(status)) return underWay(`${identifier} is ${status}`)
  if (status === 'backing-up')
    return refusedBecause('it is being backed up, and AWS promotes it only once that is over')
  return SERVING.has(status) ? READY : refusedBecause(`it is ${status}`)
}

function stopState(identifier: string, instance: DBInstance | undefined): StepState {
  const { role, status } = instanceState('', identifier, instance)
  if (role === 'none' || status === 'stopped') return DONE
  if (status === 'stopping' || CHANGING.has(status)) return underWay(`${identifier} is ${status}`)
  if (role === 'replica') return refusedBecause('AWS stops no replica')
  const replicas = instance?.ReadReplicaDBInstanceIdentifiers ?? []
  if (replicas.length > 0) return refusedBecause(`AWS stops no instance that has a replica (${replicas.join(', ')})`)
  return SERVING.has(status) ? READY : refusedBecause(`it is ${status}`)
}

/** `payments-us-east-1-g1` → `payments-us-east-1-g2`. */
export function nextGeneration(identifier: string): string {
  const [, base, generation] = /^(.*-g)(\d+)$/.exec(identifier) ?? []
  if (base !== undefined) return `${base}${Number(generation) + 1}`
  const reason = `${identifier} carries no generation, so that its successor has no name; rebuild it by hand`
  throw new AntipodeError('ANTIPODE_REFUSED', { reason })
}

/** Whatever the region's old instance was given, but for what a replica takes from its source. */
function replicaLike(like: DBInstance, identifier: string, sourceArn: string): CreateDBInstanceReadReplicaCommandInput {
  const groups = like.VpcSecurityGroups?.flatMap(({ VpcSecurityGroupId: id }) => (id ? [id] : []))
  const parameters = like.DBParameterGroups?.[0]?.DBParameterGroupName
  return {
    DBInstanceIdentifier: identifier,
    SourceDBInstanceIdentifier: sourceArn,
    ...given('DBInstanceClass', like.DBInstanceClass),
    ...given('KmsKeyId', like.KmsKeyId),
    ...given('DBSubnetGroupName', like.DBSubnetGroup?.DBSubnetGroupName),
    ...given('DBParameterGroupName', parameters),
    ...(groups && groups.length > 0 && { VpcSecurityGroupIds: groups }),
    ...given('MultiAZ', like.MultiAZ),
    ...given('CACertificateIdentifier', like.CACertificateIdentifier),
    ...given('EnableIAMDatabaseAuthentication', like.IAMDatabaseAuthenticationEnabled),
    ...(like.MonitoringRoleArn && like.MonitoringInterval
      ? { MonitoringRoleArn: like.MonitoringRoleArn, MonitoringInterval: like.MonitoringInterval }
      : {}),
    ...given('DeletionProtection', like.DeletionProtection),
    PubliclyAccessible: false,
    CopyTagsToSnapshot: true,
    Tags: like.TagList?.filter(({ Key }) => !Key?.startsWith('aws:')) ?? [],
  }
}

function given<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, V>)
}
