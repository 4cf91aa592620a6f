import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { parse } from 'yaml'
import { type OfflineTerraform, startOfflineTerraform } from '../../../toolkit/offline/offline-terraform.ts'
import { relateStacks, type SynthesisedStack } from '../../../toolkit/offline/terraform/synthesised-stack.ts'
import { findTerraform } from '../../../toolkit/offline/terraform/terraform.ts'
import { defineTopology } from '../../../topology/index.ts'
import { deployable, synthesise } from '../../stacks/synthesise.ts'
import { assertNoSecretInState, deploy, tearDown } from './deploy.ts'
import { skip } from './terraform-available.ts'

const folder = new URL('../../golden/stacks/', import.meta.url)

/** The real Terraform over every option that stacks have a golden case for; the examples have a test of their own. */
describe('the stacks of every option, with the real Terraform', { skip }, () => {
  const found = readdirSync(folder).map((file) => stacksOf(readFileSync(new URL(file, folder), 'utf8')))
  const stacks = onceEach(found.flatMap(({ all }) => all))
  const about = new Set(found.flatMap((it) => it.about))
  const subjects = stacks.filter(({ name }) => about.has(name))
  let offline: OfflineTerraform
  before(async () => {
    offline = await startOfflineTerraform({ terraform: await findTerraform(process.env), stacks, env: process.env })
  })
  after(() => offline?.close())

  it('are applied, and then nothing is left to change', () => deploy(offline, stacks, (stack) => about.has(stack.name)))

  it('keep no secret in any state', () => assertNoSecretInState(offline, stacks))

  it('are destroyed once they are no longer protected', () => tearDown(offline, subjects))
})

interface CaseStacks {
  /** The stacks that a case is about, and those whose state they read. */
  readonly all: readonly SynthesisedStack[]
  /** The names of those that it is about. */
  readonly about: readonly string[]
}

function stacksOf(goldenCase: string): CaseStacks {
  const [input = ''] = goldenCase.split(/^---\n/m)
  if (input.startsWith('example:')) return { all: [], about: [] }
  const stacks = relateStacks(deployable(synthesise(defineTopology(parse(input)))))
  const only = /^# only: (.+)$/m.exec(input)?.[1]?.split(' ') ?? stacks.map(({ name }) => name)
  const byName = new Map(stacks.map((stack) => [stack.name, stack]))
  const withRead = (name: string): string[] => {
    return [name, ...Object.values(byName.get(name)?.reads ?? {}).flatMap((read) => withRead(read))]
  }
  const wanted = new Set(only.flatMap((name) => withRead(name)))
  const renamed = named(stacks.filter(({ name }) => wanted.has(name)))
  return { all: [...renamed.values()], about: only.flatMap((name) => renamed.get(name)?.name ?? []) }
}

/** Stacks, by their names, called after what is in them and in those they read, so that cases share what they can. */
function named(stacks: readonly SynthesisedStack[]): ReadonlyMap<string, SynthesisedStack> {
  const renamed = new Map<string, SynthesisedStack>()
  for (const { name, document, reads } of stacks) {
    const read = Object.entries(reads).map(([reader, of]) => [reader, renamed.get(of)?.name ?? assert.fail(of)])
    const content = createHash('sha256')
      .update(JSON.stringify([name, document, read]))
      .digest('hex')
    renamed.set(name, { name: `${name}-${content.slice(0, 8)}`, document, reads: Object.fromEntries(read) })
  }
  return renamed
}

function onceEach(stacks: readonly SynthesisedStack[]): SynthesisedStack[] {
  return [...new Map(stacks.map((stack) => [stack.name, stack])).values()]
}
