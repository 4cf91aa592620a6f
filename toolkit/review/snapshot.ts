import type { Problem, Topology } from '../../topology/index.ts'

export type Values = Readonly<Record<string, unknown>>
export type Resources = Readonly<Record<string, Readonly<Record<string, Values>>>>

/** As much of a stack's `cdk.tf.json` as a review reads. */
export interface StackDocument {
  readonly '//'?: { readonly metadata?: { readonly stackName?: string } }
  readonly provider?: Readonly<Record<string, readonly Values[]>>
  readonly terraform?: Values
  readonly resource?: Resources
  readonly data?: Resources
  readonly output?: Readonly<Record<string, { readonly value?: unknown; readonly sensitive?: boolean }>>
  readonly moved?: readonly { readonly from?: string; readonly to?: string }[]
}

/** What belongs to no region in particular: answers, links, a zone. */
export const GLOBAL = 'global'

/** One synthesised stack, with what its provider's tags say of it. */
export interface ReviewedStack {
  readonly name: string
  /** The region that it serves, or `global`. */
  readonly region: string
  /** The region that its provider speaks to, and that should hold its state. */
  readonly home: string
  /** Such as `data`, `control-plane`, `gslb`; else the name. */
  readonly layer: string
  readonly topology: string | null
  readonly document: StackDocument
  /** Names of stacks that are applied before it. */
  readonly after: readonly string[]
}

/** A topology as stacks carry it, and what a check of it finds now. */
export interface DescribedTopology {
  readonly topology: Topology
  readonly hash: string
  /** Contradictions: `defineTopology` would refuse it. */
  readonly problems: readonly Problem[]
}

export interface Commit {
  readonly id: string
  /** ISO 8601. */
  readonly at: string
}

/** One side of a pull request: what was synthesised from it. */
export interface Snapshot {
  /** What the reader calls it: a branch, a folder. */
  readonly label: string
  readonly commit: Commit | null
  /** By name. */
  readonly stacks: ReadonlyMap<string, ReviewedStack>
  /** By name. */
  readonly topologies: ReadonlyMap<string, DescribedTopology>
}

/** Where a topology is described, so that a sentence can name a line. */
export interface TopologySource {
  /** Relative to the repository. */
  readonly file: string
  readonly text: string
}

/** A resource's address in its stack. */
export function addressOf(type: string, name: string): string {
  return `${type}.${name}`
}

/** The construct that made a resource, as CDKTF notes it; null for what no construct made. */
export function constructPathOf(block: Values | undefined): string | null {
  const note = block?.['//'] as { readonly metadata?: { readonly path?: unknown } } | undefined
  return typeof note?.metadata?.path === 'string' ? note.metadata.path : null
}

/** Every resource of a stack. */
export function* resourcesOf(stack: Pick<ReviewedStack, 'document'>): Generator<{
  readonly type: string
  readonly name: string
  readonly block: Values
}> {
  for (const [type, named] of Object.entries(stack.document.resource ?? {})) {
    for (const [name, block] of Object.entries(named)) yield { type, name, block }
  }
}
