import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App, type TerraformStack } from 'cdktf'
import { GatewayTopology, type GatewayTopologyProps } from '../../stacks/index.ts'
import type { StackDocument } from '../../toolkit/offline/terraform/synthesised-stack.ts'
import type { Topology } from '../../topology/index.ts'

export type Block = Record<string, unknown>

/** A synthesised stack: its blocks, without what CDKTF notes for itself. */
export interface SynthesisedStack {
  readonly resource: Readonly<Record<string, Record<string, Block>>>
  readonly data: Readonly<Record<string, Record<string, Block>>>
  readonly [kind: string]: unknown
}

/** In the place of the hash of the runtime, which changes with every line of it. */
export const IMAGE_HASH = '0'.repeat(32)

/** Every stack of a topology by its id, in the order they were declared. */
export function synthesise(
  topology: Topology,
  props: Omit<GatewayTopologyProps, 'topology'> = {},
): ReadonlyMap<string, SynthesisedStack> {
  return withApp((app) => {
    const { stacks } = new GatewayTopology(app, topology.name, { topology, image: { hash: IMAGE_HASH }, ...props })
    return new Map(stacksOf(stacks))
  })
}

/** As CDKTF writes them to files: kinds of blocks of which a stack has none are left out. */
export function deployable(stacks: ReadonlyMap<string, SynthesisedStack>): ReadonlyMap<string, StackDocument> {
  return new Map(
    [...stacks].map(([id, stack]) => {
      const blocks = Object.entries(stack).filter(([, block]) => Object.keys(block as object).length > 0)
      return [id, Object.fromEntries(blocks) as StackDocument]
    }),
  )
}

/** What one stack of somebody's own app becomes. */
export function synthesiseStack(make: (app: App) => TerraformStack): SynthesisedStack {
  return withApp((app) => stacksOf([make(app)])[0]?.[1] as SynthesisedStack)
}

/** Every resource of one type in a stack, by its name. */
export function resources(stack: SynthesisedStack | undefined, type: string): Record<string, Block> {
  return stack?.resource[type] ?? {}
}

function withApp<T>(use: (app: App) => T): T {
  const outdir = mkdtempSync(join(tmpdir(), 'synthesise-'))
  try {
    return use(new App({ outdir, stackTraces: false }))
  } finally {
    rmSync(outdir, { recursive: true })
  }
}

/** Preparing every stack first lets each learn which of its values others refer to. */
function stacksOf(stacks: readonly TerraformStack[]): [string, SynthesisedStack][] {
  for (const stack of stacks) stack.prepareStack()
  return stacks.map((stack) => {
    const written = withoutNotes(JSON.parse(JSON.stringify(stack.toTerraform()))) as Block
    return [stack.node.id, { resource: {}, data: {}, ...written }]
  })
}

function withoutNotes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNotes)
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value).filter(([key]) => key !== '//')
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutNotes(item)]))
}
