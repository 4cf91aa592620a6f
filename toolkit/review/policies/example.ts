import { examineTopology, topologyHash } from '../../../topology/index.ts'
import { isPlain } from '../changes/difference.ts'
import type { ResourceChange } from '../changes/resource-change.ts'
import type { DrillRecord } from '../posture/proof.ts'
import type { DescribedTopology, Resources, ReviewedStack, StackDocument } from '../snapshot.ts'
import type { PolicyView } from './policy.ts'

/** As much of a pull request as shows a policy failing or passing. */
export interface Example {
  /** Written over the example topology `payments`, property by property. */
  readonly topology?: Readonly<Record<string, unknown>>
  /** Likewise, as it was before. */
  readonly earlier?: Readonly<Record<string, unknown>>
  /** By region, type and name. */
  readonly resources?: Readonly<Record<string, Resources>>
  /** Blocks of the stack of each region beside its resources. */
  readonly stack?: Omit<StackDocument, 'resource'>
  /** Names of stacks beside; empty documents. */
  readonly changes?: readonly Pick<ResourceChange, 'type' | 'action' | 'region' | 'replacedFor'>[]
  /** Of this very topology. */
  readonly drills?: readonly Pick<DrillRecord, 'verdict' | 'started'>[]
  readonly at?: string
}

/** What examples are written over: a pair of regions, of which the second follows. */
export const EXAMPLE_TOPOLOGY: Readonly<Record<string, unknown>> = {
  name: 'payments',
  mode: 'active-passive',
  host: 'api.payments.example',
  regions: {
    'us-east-1': {
      role: 'primary',
      network: '10.10.0.0/16',
      dataPlane: { instances: 6, each: '4000/s' },
      controlPlane: { instances: 2 },
    },
    'us-west-2': {
      role: 'standby',
      network: '10.20.0.0/16',
      dataPlane: { instances: 2, growsTo: 6, each: '4000/s' },
      controlPlane: { instances: 2 },
    },
  },
  gslb: { ttl: '10s', clientTail: '5s', health: { interval: '10s', threshold: 2 } },
  peak: '6000/s',
  objectives: { detect: '40s', rto: '60s', headroom: '30%' },
}

/** The side of a pull request that an example stands for. */
export function viewOf(example: Example): PolicyView {
  const topologies = example.topology || example.drills || example.at ? [describe(example.topology ?? {})] : []
  const hash = topologies[0]?.hash ?? ''
  return {
    topologies,
    earlier: example.earlier ? [describe(example.earlier)] : [],
    stacks: Object.entries(example.resources ?? {}).map(([region, resource]) =>
      stackIn(region, { ...example.stack, resource }),
    ),
    changes: (example.changes ?? []).map((change) => ({
      ...UNTOUCHED,
      ...change,
      stack: `payments-${change.region}-data`,
    })),
    drills: (example.drills ?? []).map((drill) => ({
      folder: '',
      drill: 'lose-us-east-1',
      sentence: '',
      topologyHash: hash,
      ...drill,
    })),
    at: example.at ?? null,
  }
}

function describe(patch: Readonly<Record<string, unknown>>): DescribedTopology {
  const { topology, problems } = examineTopology(merged(EXAMPLE_TOPOLOGY, patch))
  if (!topology) throw new Error(`an example cannot be read: ${problems[0]?.path} ${problems[0]?.text}`)
  return { topology, hash: topologyHash(topology), problems }
}

/** An object with the properties of another written over its own; null takes one away. */
export function merged(base: unknown, patch: unknown): unknown {
  if (!isPlain(base) || !isPlain(patch)) return patch
  const keys = [...new Set([...Object.keys(base), ...Object.keys(patch)])]
  const entries = keys.map((key) => [key, key in patch ? merged(base[key], patch[key]) : base[key]] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== null))
}

function stackIn(region: string, document: StackDocument): ReviewedStack {
  const place = { region, home: region, layer: 'data', topology: 'payments' }
  return { name: `payments-${region}-data`, ...place, document, after: [] }
}

const UNTOUCHED: ResourceChange = {
  address: 'aws_db_instance.database_g1',
  type: 'aws_db_instance',
  name: 'database_g1',
  stack: '',
  region: 'us-east-1',
  layer: 'data',
  topology: 'payments',
  constructPath: null,
  action: 'update',
  replacedFor: [],
  reason: null,
  differences: [],
  before: {},
  after: {},
  previousAddress: null,
  from: 'stacks',
}
