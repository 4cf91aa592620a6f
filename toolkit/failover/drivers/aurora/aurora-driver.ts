import { AntipodeError } from '../../../../runtime/model/errors.ts'
import { DONE, READY, refusedBecause, type Step, type StepState, underWay } from '../../steps/step.ts'
import { type DatabaseDriver, type DatabaseState, unanswered } from '../database-driver.ts'
import { RegionClients } from '../region-clients.ts'
import { clusterState, describeCluster, describeGlobal, type MemberState, memberState } from './global-state.ts'

export interface AuroraDriverOptions {
  readonly globalIdentifier: string
  /** Identifiers of the members by region, as the stacks declare them. */
  readonly clusters: Readonly<Record<string, string>>
}

/** Statuses in which AWS is at work on a cluster and gives it back by itself. */
const CHANGING = new Set(['creating', 'failing-over', 'modifying', 'promoting', 'rebooting', 'starting'])

/**
 * An Aurora Global Database. AWS makes the old writer a replica by itself, after a failover once its region is back;
 * so it is neither stopped nor built again, unless it has left the global database.
 */
export class AuroraDriver implements DatabaseDriver {
  readonly kind = 'aurora'
  readonly #options: AuroraDriverOptions
  readonly #clients = new RegionClients()

  constructor(options: AuroraDriverOptions) {
    this.#options = options
  }

  capabilities() {
    return { oldWriter: 'follows', fence: false } as const
  }

  async states(): Promise<DatabaseState[]> {
    const { clusters, globalIdentifier } = this.#options
    const regions = Object.entries(clusters)
    // Any region that answers knows of the whole.
    const asked = await Promise.allSettled(
      regions.map(([region]) => describeGlobal(this.#clients, globalIdentifier, region)),
    )
    const global = asked.flatMap((one) => (one.status === 'fulfilled' && one.value ? [one.value] : []))[0]
    return Promise.all(
      regions.map(([region, identifier]) =>
        describeCluster(this.#clients, region, identifier).then(
          (cluster) => clusterState(region, identifier, cluster, global),
          (error: Error) => unanswered(region, identifier, error),
        ),
      ),
    )
  }

  switchover(to: string): Step[] {
    return [
      this.#move(to, {
        what: 'which waits until it holds everything',
        expected: 'minutes; nothing is lost (AWS: RPO 0)',
        begin: (global, target) =>
          this.#clients.call(to, (client, { SwitchoverGlobalClusterCommand }) =>
            client.send(
              new SwitchoverGlobalClusterCommand({
                GlobalClusterIdentifier: global,
                TargetDbClusterIdentifier: target,
              }),
            ),
          ),
      }),
    ]
  }

  failover(to: string): Step[] {
    return [
      this.#move(to, {
        what: 'without what has not been replicated',
        expected: 'minutes; up to seconds of writes are lost (AWS: RTO of minutes, RPO of seconds)',
        begin: (global, target) =>
          this.#clients.call(to, (client, { FailoverGlobalClusterCommand }) =>
            client.send(
              new FailoverGlobalClusterCommand({
                GlobalClusterIdentifier: global,
                TargetDbClusterIdentifier: target,
                AllowDataLoss: true,
              }),
            ),
          ),
      }),
    ]
  }

  fence(region: string): Step[] {
    const identifier = this.#identifier(region)
    return [
      {
        id: `stop ${identifier}`,
        what: `stop ${identifier} where it has left the global database; as a member it follows and needs no stop`,
        expected: 'nothing to do for a member; else minutes, and AWS publishes no figure',
        look: async () => fenceState(await this.#member(region, region)),
        begin: async () => {
          await this.#clients.call(region, (client, { StopDBClusterCommand }) =>
            client.send(new StopDBClusterCommand({ DBClusterIdentifier: identifier })),
          )
        },
      },
    ]
  }

  rejoin(region: string, from: string): Step[] {
    const { globalIdentifier } = this.#options
    const identifier = this.#identifier(region)
    return [
      {
        id: `rejoin ${identifier}`,
        what: `wait until ${identifier} follows ${this.#identifier(from)}; a cluster that is gone is taken off the list`,
        expected: 'minutes once its region is back; AWS publishes no figure',
        look: async () => rejoinState(identifier, await this.#member(region, from), globalIdentifier),
        begin: async () => {
          const { member } = await this.#member(region, from)
          await this.#clients.call(from, (client, { RemoveFromGlobalClusterCommand }) =>
            client.send(
              new RemoveFromGlobalClusterCommand({
                GlobalClusterIdentifier: globalIdentifier,
                DbClusterIdentifier: member,
              }),
            ),
          )
        },
      },
    ]
  }

  close(): void {
    this.#clients.close()
  }

  #move(
    to: string,
    way: {
      readonly what: string
      readonly expected: string
      readonly begin: (global: string, target: string) => Promise<unknown>
    },
  ): Step {
    const { globalIdentifier } = this.#options
    const identifier = this.#identifier(to)
    return {
      id: `write in ${identifier}`,
      what: `let ${identifier} write for ${globalIdentifier}, ${way.what}`,
      expected: way.expected,
      irreversible: true,
      look: async () => moveState(identifier, await this.#member(to, to)),
      begin: async () => {
        const { member } = await this.#member(to, to)
        if (!member)
          throw new AntipodeError('ANTIPODE_REFUSED', { reason: `${identifier} has left ${globalIdentifier}` })
        await way.begin(globalIdentifier, member)
      },
    }
  }

  #member(region: string, ask: string): Promise<MemberState> {
    const { globalIdentifier } = this.#options
    return memberState(this.#clients, globalIdentifier, { region, identifier: this.#identifier(region), ask })
  }

  #identifier(region: string): string {
    const identifier = this.#options.clusters[region]
    if (identifier) return identifier
    const known = Object.keys(this.#options.clusters).join(', ')
    throw new AntipodeError('USAGE', { reason: `${region} has no database; those with one are ${known}` })
  }
}

function moveState(identifier: string, { global, cluster, member, writes }: MemberState): StepState {
  if (!global) return refusedBecause('there is no such global database')
  const { Status: moving } = global.FailoverState ?? {}
  if (moving) return underWay(`the global database is ${moving}`)
  if (!member) return refusedBecause(`${identifier} is not in the global database`)
  if (!cluster) return refusedBecause('it is not there')
  const { Status: status = '' } = cluster
  if (CHANGING.has(status)) return underWay(`${identifier} is ${status}`)
  if (writes) return DONE
  if (global.Status !== 'available') return refusedBecause(`the global database is ${global.Status}`)
  return status === 'available' ? READY : refusedBecause(`it is ${status}`)
}

function fenceState({ cluster, member, writes }: MemberState): StepState {
  if (!cluster || cluster.Status === 'stopped') return DONE
  if (cluster.Status === 'stopping') return underWay('it is stopping')
  if (member && writes) return refusedBecause('AWS stops no member of a global database, and this one writes')
  if (member) return DONE
  return cluster.Status === 'available' ? READY : refusedBecause(`it is ${cluster.Status}`)
}

function rejoinState(identifier: string, state: MemberState, globalIdentifier: string): StepState {
  const { global, cluster, member, writes } = state
  if (!global) return refusedBecause('there is no such global database')
  if (writes) return refusedBecause(`${identifier} writes; it follows nobody`)
  if (member && !cluster) return READY
  if (!member) {
    const left = cluster ? 'has left' : 'is gone from'
    return refusedBecause(
      `${identifier} ${left} ${globalIdentifier}; raise its generation in the topology and apply it, which makes a new one`,
    )
  }
  return cluster?.Status === 'available' ? DONE : underWay(`${identifier} is ${cluster?.Status}`)
}
