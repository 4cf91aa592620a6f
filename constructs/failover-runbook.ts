import type { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js'
import { TerraformOutput } from 'cdktf'
import { Construct } from 'constructs'
import { recoveryBound, type Topology, topologyHash } from '../topology/index.ts'
import { type Grantee, grant } from './grant.ts'
import { invalidProp, refuseProps } from './invalid-prop.ts'
import { Surroundings } from './surroundings.ts'

export interface FailoverRunbookProps {
  readonly topology: Topology
  /** The database of each region that has one: `payments-us-west-2-g1`, or the ARN of its cluster in a global database. */
  readonly databases: Readonly<Record<string, string>>
  /** Where the control planes of each such region take orders: `control-plane.us-west-2.payments.internal`. */
  readonly controlPlanes: Readonly<Record<string, string>>
}

/** One thing that happens, or is done, when a region is lost. */
export interface RunbookStep {
  readonly what: string
  /** Whose API, data plane or process carries it out; never the lost region. `global`: that of the GSLB's vendor. */
  readonly where: string
  /** What to run or to send. Absent where nobody needs to do anything. */
  readonly by?: string
  /** What it asks of whom: none is in the lost region, and none of a control plane that may be lost with it. */
  readonly uses: readonly PlatformCall[]
}

/** Something that a step needs to work while a region is lost. */
export interface PlatformCall {
  /** Of AWS, as its command line calls it; `cloudflare`, `postgresql`, or `antipode` for what the topology itself runs. */
  readonly service: string
  readonly operation: string
  /** `control`: what makes and changes resources, and is the first to fail. `data`: what resources do by themselves. */
  readonly plane: 'control' | 'data'
  /** `global`: in many places, of which any will do. */
  readonly region: string
}

/** What to expect and to do when one region is lost, and the drill that rehearses it. */
export interface LossPlan {
  readonly survivors: readonly string[]
  readonly steps: readonly RunbookStep[]
  /**
   * A drill as `antipode drill` reads it; `topology` is a name, so give the file with `--topology`. Absent where it
   * drills nothing: in active-active, and where edges or sites serve too.
   */
  readonly drill?: Readonly<Record<string, unknown>>
}

/** The runbook as JSON. Durations are text as in topology files: `51s`. */
export interface Runbook {
  readonly topology: string
  /** Content hash of the topology that it was written for. */
  readonly hash: string
  readonly promised: { readonly detect: string; readonly rto: string; readonly rpo: { readonly revisions: number } }
  readonly bound: {
    readonly detection: string
    readonly recovery: string
    readonly arithmetic: string
    /** Acknowledged revisions that a failover may lose; null: as many as replication was behind. */
    readonly revisions: number | null
  }
  /** By the region that is lost. */
  readonly losses: Readonly<Record<string, LossPlan>>
}

/**
 * Puts out, beside the resources it speaks of, what a loss of each region costs at most, what to do, and the drill that
 * proves it: `terraform output -raw runbook`. No step is an apply, and none needs the lost region.
 */
export class FailoverRunbook extends Construct {
  readonly runbook: Runbook
  readonly output: TerraformOutput
  readonly #props: FailoverRunbookProps

  constructor(scope: Construct, id: string, props: FailoverRunbookProps) {
    super(scope, id)
    this.#props = props
    const { topology } = props
    const regions = Object.keys(topology.regions)
    const silent = (prop: 'databases' | 'controlPlanes') => {
      const missing = regions.filter((region) => topology.regions[region]?.database && !props[prop][region])
      return missing.length > 0 && `says nothing of ${missing.join(', ')}; name every region's`
    }
    refuseProps(this, { databases: silent('databases'), controlPlanes: silent('controlPlanes') })
    const { objectives } = topology
    const { detection, total, arithmetic } = recoveryBound(topology)
    this.runbook = {
      topology: topology.name,
      hash: topologyHash(topology),
      promised: {
        detect: objectives.detect.toJSON(),
        rto: objectives.rto.toJSON(),
        rpo: { revisions: objectives.rpo.revisions },
      },
      bound: {
        detection: detection.toJSON(),
        recovery: total.toJSON(),
        arithmetic,
        revisions: topology.database.commit === 'confirmed' ? 0 : null,
      },
      losses: Object.fromEntries(regions.map((region) => [region, lossOf(region, props)])),
    }
    this.output = new TerraformOutput(this, 'runbook', {
      value: JSON.stringify(this.runbook),
      description: 'What the loss of each region costs at most, what to do, and the drill that proves it, as JSON',
    })
    this.output.overrideLogicalId('runbook')
  }

  /**
   * Lets a role do to the databases what the runbook says, whichever region is lost, and nothing else to them.
   *
   * @throws AntipodeError CONSTRUCT_INVALID where no step of it is AWS's to carry out
   */
  grantRun(grantee: Grantee): IamRolePolicy {
    const { topology, databases } = this.#props
    const { kind, replication } = topology.database
    if (topology.mode !== 'active-passive' || replication === 'logical') {
      throw invalidProp(this, 'topology', 'has no database that AWS promotes, so there is nothing to let a role do')
    }
    const surroundings = Surroundings.of(this)
    const statement =
      kind === 'aurora-global'
        ? {
            actions: ['rds:FailoverGlobalCluster', 'rds:SwitchoverGlobalCluster'],
            resources: [surroundings.arn('rds', `global-cluster:${topology.name}`, ''), ...Object.values(databases)],
          }
        : {
            actions: ['rds:DescribeDBInstances', 'rds:PromoteReadReplica'],
            resources: Object.entries(databases).map(([region, database]) => {
              return surroundings.arn('rds', `db:${database}`, region)
            }),
          }
    return grant(this, grantee, 'run', { sid: 'PromoteDatabases', ...statement })
  }
}

function lossOf(lost: string, props: FailoverRunbookProps): LossPlan {
  const { topology } = props
  const survivors = Object.keys(topology.regions).filter((region) => region !== lost)
  const steps = [...callersMove(lost, topology), ...writerMoves(lost, props)]
  // Only a pair fails over by the GSLB's policy of that name, and only a pair is drilled.
  return { survivors, steps, ...(topology.gslb.policy === 'failover' && { drill: drillOf(lost, topology) }) }
}

function callersMove(lost: string, topology: Topology): RunbookStep[] {
  if (topology.regions[lost]?.role === 'standby' && topology.gslb.policy === 'failover') return []
  const { total } = recoveryBound(topology)
  const moved = `Health checks fail and answers leave ${lost}: at most ${total} for callers`
  return [{ what: moved, where: 'global', uses: answersOf(topology) }, ...switchedOff(lost, topology)]
}

function answersOf({ gslb: { provider } }: Topology): PlatformCall[] {
  const call = (service: string, operation: string) =>
    ({ service, operation, plane: 'data', region: 'global' }) as const
  if (provider === 'accelerator') return [call('globalaccelerator', 'route to healthy endpoints')]
  const service = provider === 'route53' ? 'route53' : provider
  return [call(service, 'health check'), call(service, 'answer')]
}

/** What people may do where a region is ill and its checks still pass. */
function switchedOff(lost: string, { gslb }: Topology): RunbookStep[] {
  const { kind, url } = gslb.switch
  if (kind === 'none') return []
  const controls = kind === 'routing-control'
  const what = controls
    ? `Where its checks still pass, turn the routing control of ${lost} off, at any endpoint of the cluster`
    : `Where its checks still pass, put something at ${url}/${lost}`
  const call = controls
    ? { service: 'route53-recovery-cluster', operation: 'UpdateRoutingControlState' }
    : { service: new URL(url ?? '').hostname, operation: 'PUT' }
  return [{ what, where: 'global', uses: [{ ...call, plane: 'data', region: 'global' }] }]
}

function writerMoves(lost: string, { topology, databases, controlPlanes }: FailoverRunbookProps): RunbookStep[] {
  const regions = Object.entries(topology.regions)
  const standby = regions.find(([region, { role }]) => region !== lost && role === 'standby')?.[0]
  if (topology.regions[lost]?.role !== 'primary' || !standby) return []
  const to = controlPlanes[standby]
  return [
    {
      what: `Wait until the lease of ${lost} must be over: ${topology.database.lease} and a tenth`,
      where: standby,
      uses: [],
    },
    topology.database.replication === 'logical'
      ? {
          what: `Disable the subscription in the database of ${standby}, set its slot to none, drop it`,
          where: standby,
          uses: [{ service: 'postgresql', operation: 'DROP SUBSCRIPTION', plane: 'data', region: standby }],
        }
      : {
          what: `Promote the database of ${standby}`,
          where: standby,
          by: promotion(topology, standby, databases[standby] ?? ''),
          uses: [{ service: 'rds', operation: promoting(topology), plane: 'control', region: standby }],
        },
    {
      what: `Let the control planes of ${standby} begin an epoch`,
      where: standby,
      by: `PUT https://${to}:7943/antipode/region {"role":"active"}`,
      uses: [{ service: 'antipode', operation: 'PUT /antipode/region', plane: 'control', region: standby }],
    },
  ]
}

function promoting({ database }: Topology): string {
  return database.kind === 'aurora-global' ? 'FailoverGlobalCluster' : 'PromoteReadReplica'
}

function promotion({ name, database }: Topology, region: string, target: string): string {
  return database.kind === 'aurora-global'
    ? `aws rds failover-global-cluster --region ${region} --global-cluster-identifier ${name} ` +
        `--target-db-cluster-identifier ${target} --allow-data-loss`
    : `aws rds promote-read-replica --region ${region} --db-instance-identifier ${target}`
}

/** Without retries, people or luck: what is lost is the whole region, and what is promised is what is measured. */
function drillOf(lost: string, { name, objectives }: Topology): Readonly<Record<string, unknown>> {
  return {
    drill: `lose-${lost}`,
    claim: `Losing ${lost} costs callers under ${objectives.rto} and at most ${objectives.rpo.revisions} revisions.`,
    topology: name,
    mode: 'rehearse',
    objectives: {
      detect: objectives.detect.toJSON(),
      rto: objectives.rto.toJSON(),
      rpo: { revisions: objectives.rpo.revisions },
    },
    fault: [{ lose: lost, ways: ['data-plane', 'control-plane', 'database'], lease: '30s' }],
    expect: [
      `success >= ${objectives.availability.toJSON()} for 10s`,
      'writers <= 1 always',
      'hash(survivors) == expected always',
    ],
    report: ['markdown', 'json'],
  }
}
