import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { UsedTypes } from '../schema/recover-schema.ts'
import { AWS, type Vendor } from '../schema/vendor.ts'

type Resources = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** As much of a stack's `cdk.tf.json` as matters here. */
export interface StackDocument {
  readonly terraform?: { readonly backend?: Readonly<Record<string, object>>; readonly [setting: string]: unknown }
  readonly provider?: Readonly<Record<string, unknown>>
  readonly resource?: Resources
  readonly data?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly ephemeral?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

export interface SynthesisedStack {
  readonly name: string
  readonly document: StackDocument
  /** Stacks whose state it reads, by the name of the data source that does. */
  readonly reads: Readonly<Record<string, string>>
  /** Data sources that read the state of something that is none of the stacks. */
  readonly foreign?: readonly string[]
}

interface Manifest {
  readonly stacks: Readonly<Record<string, { readonly synthesizedStackPath: string }>>
}

interface RemoteState {
  readonly backend: string
  readonly config: object
}

/** The stacks that CDKTF wrote into a directory, each after those whose state it reads. */
export function readStacks(outdir: string): SynthesisedStack[] {
  // Beside them may lie stacks of an earlier synthesis; the manifest names those of the last.
  const manifest = JSON.parse(readFileSync(join(outdir, 'manifest.json'), 'utf8')) as Manifest
  const documents = new Map<string, StackDocument>()
  for (const [name, { synthesizedStackPath }] of Object.entries(manifest.stacks).sort()) {
    documents.set(name, JSON.parse(readFileSync(join(outdir, synthesizedStackPath), 'utf8')) as StackDocument)
  }
  return relateStacks(documents)
}

/** Stacks by their names, each after those whose state it reads. */
export function relateStacks(documents: ReadonlyMap<string, StackDocument>): SynthesisedStack[] {
  const stacks = [...documents].map(([name, document]) => {
    const reads = readsOf(document, documents)
    const foreign = Object.keys(document.data?.terraform_remote_state ?? {}).filter((reader) => !reads[reader])
    return { name, document, reads, ...(foreign.length > 0 && { foreign }) }
  })
  return inOrder(stacks)
}

/** Types of a provider that any of the stacks uses. */
export function usedTypes(stacks: readonly SynthesisedStack[], { prefix }: Vendor = AWS): UsedTypes {
  const all = (kind: 'resource' | 'data' | 'ephemeral'): Set<string> => {
    return new Set(
      stacks.flatMap(({ document }) => Object.keys(document[kind] ?? {})).filter((type) => type.startsWith(prefix)),
    )
  }
  return { resource: all('resource'), data: all('data'), ephemeral: all('ephemeral') }
}

/** How many resources a stack declares. */
export function countResources({ document }: SynthesisedStack): number {
  return Object.values(document.resource ?? {}).reduce((sum, named) => sum + Object.keys(named).length, 0)
}

/** CDKTF copies the producer's backend into the reader: the one with the same backend is the producer. */
function readsOf(document: StackDocument, documents: ReadonlyMap<string, StackDocument>): Record<string, string> {
  const reads: Record<string, string> = {}
  for (const [reader, state] of Object.entries(document.data?.terraform_remote_state ?? {})) {
    const { backend, config } = state as RemoteState
    const producer = [...documents].find(([, other]) => isDeepStrictEqual(other.terraform?.backend?.[backend], config))
    if (producer) reads[reader] = producer[0]
  }
  return reads
}

function inOrder(stacks: readonly SynthesisedStack[]): SynthesisedStack[] {
  const byName = new Map(stacks.map((stack) => [stack.name, stack]))
  const ordered = new Set<SynthesisedStack>()
  const visit = (stack: SynthesisedStack): void => {
    if (ordered.has(stack)) return
    for (const read of Object.values(stack.reads)) {
      const producer = byName.get(read)
      if (producer) visit(producer)
    }
    ordered.add(stack)
  }
  for (const stack of stacks) visit(stack)
  return [...ordered]
}

/**
 * A stack whose own state, and every state it reads, are files in one folder, whatever backend it declares, and that
 * runs no program: a provisioner would build and push images.
 */
export function withLocalState({ name, document, reads }: SynthesisedStack, states: string): StackDocument {
  const file = (stack: string): string => join(states, `${stack}.tfstate`)
  const remote = Object.entries(document.data?.terraform_remote_state ?? {}).map(([reader, state]) => {
    const producer = reads[reader]
    return [reader, producer ? { backend: 'local', config: { path: file(producer) } } : state]
  })
  return {
    ...document,
    ...(document.resource && { resource: withoutProvisioners(document.resource) }),
    terraform: { ...document.terraform, backend: { local: { path: file(name) } } },
    ...(document.data && {
      data: {
        ...document.data,
        ...(remote.length > 0 && { terraform_remote_state: Object.fromEntries(remote) }),
      },
    }),
  }
}

function withoutProvisioners(resource: Resources): Resources {
  const entries = Object.entries(resource).map(([type, named]) => {
    const bare = Object.entries(named).map(([name, block]) => {
      const { provisioner: _, ...rest } = block as { readonly provisioner?: unknown }
      return [name, rest]
    })
    return [type, Object.fromEntries(bare)]
  })
  return Object.fromEntries(entries)
}
