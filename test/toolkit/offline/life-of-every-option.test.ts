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
  const stacks = onceEach(readdirSync(folder).flatMap((file) => stacksOf(readFileSync(new URL(file, folder), 'utf8'))))
  let offline: OfflineTerraform
  before(async () => {
    offline = await startOfflineTerraform({ terraform: await findTerraform(process.env), stacks, env: process.env })
  })
  after(() => offline?.close())

  it('are applied, and then nothing is left to change', () => deploy(offline, stacks))

  it('keep no secret in any state', () => assertNoSecretInState(offline, stacks))

  it('are destroyed once they are no longer protected', () => tearDown(offline, stacks))
})

/** The stacks that a case is about, and those whose state they read. */
function stacksOf(goldenCase: string): SynthesisedStack[] {
  const [input = ''] = goldenCase.split(/^---\n/m)
  if (input.startsWith('example:')) return []
  const all = relateStacks(deployable(synthesise(defineTopology(parse(input)))))
  const only = /^# only: (.+)$/m.exec(input)?.[1]?.split(' ')
  const byName = new Map(all.map((stack) => [stack.name, stack]))
  const withRead = (name: string): string[] => {
    return [name, ...Object.values(byName.get(name)?.reads ?? {}).flatMap((read) => withRead(read))]
  }
  const wanted = new Set((only ?? [...byName.keys()]).flatMap((name) => withRead(name)))
  return named(all.filter(({ name }) => wanted.has(name)))
}

/** Stacks called after what is in them and in those they read, so that cases share what they have in common. */
function named(stacks: readonly SynthesisedStack[]): SynthesisedStack[] {
  const names = new Map<string, string>()
  return stacks.map(({ name, document, reads }) => {
    const renamed = Object.entries(reads).map(([reader, read]) => [reader, names.get(read) ?? assert.fail(read)])
    const content = createHash('sha256')
      .update(JSON.stringify([name, document, renamed]))
      .digest('hex')
    names.set(name, `${name}-${content.slice(0, 8)}`)
    return { name: names.get(name) ?? name, document, reads: Object.fromEntries(renamed) }
  })
}

function onceEach(stacks: readonly SynthesisedStack[]): SynthesisedStack[] {
  return [...new Map(stacks.map((stack) => [stack.name, stack])).values()]
}
