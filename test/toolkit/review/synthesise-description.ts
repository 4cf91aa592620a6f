import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App } from 'cdktf'
import { GatewayTopology } from '../../../stacks/index.ts'
import type { StackDocument } from '../../../toolkit/review/snapshot.ts'
import { defineTopology, type TopologyDescription } from '../../../topology/index.ts'

/** In the place of the hash of the runtime, which changes with every line of it. */
const IMAGE_HASH = '0'.repeat(32)

interface Synthesised {
  readonly name: string
  readonly document: StackDocument
  readonly after: readonly string[]
}

const SYNTHESISED = new Map<string, readonly Synthesised[]>()

/** The stacks of a topology with CDKTF's notes in them, as `cdktf synth` writes them; each description once. */
export function synthesiseDescription(description: unknown): readonly Synthesised[] {
  const key = JSON.stringify(description)
  const known = SYNTHESISED.get(key)
  if (known) return known
  const topology = defineTopology(description as TopologyDescription)
  const outdir = mkdtempSync(join(tmpdir(), 'review-case-'))
  try {
    const app = new App({ outdir, stackTraces: false })
    const { stacks } = new GatewayTopology(app, topology.name, { topology, image: { hash: IMAGE_HASH } })
    for (const stack of stacks) stack.prepareStack()
    const made = stacks.map((stack) => ({
      name: stack.node.id,
      document: JSON.parse(JSON.stringify(stack.toTerraform())) as StackDocument,
      after: stack.dependencies.map(({ node }) => node.id),
    }))
    SYNTHESISED.set(key, made)
    return made
  } finally {
    rmSync(outdir, { recursive: true })
  }
}
