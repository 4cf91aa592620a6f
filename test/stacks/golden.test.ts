import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse } from 'yaml'
import { canonicalJson } from '../../runtime/model/configuration-hash.ts'
import { topology as activeActive } from '../../stacks/examples/active-active.ts'
import { topology as activePassive } from '../../stacks/examples/active-passive.ts'
import { defineTopology } from '../../topology/index.ts'
import { cloudflareMissing, needsCloudflare } from '../constructs/cloudflare-installed.ts'
import { type SynthesisedStack, synthesise } from './synthesise.ts'

// Each case: a topology (an example by its name, or YAML), a line of dashes, then every stack, or those that a comment
// `# only: <stack> …` names, one line a block, so that a change shows as the blocks it changes. UPDATE_GOLDEN=1 writes
// what is synthesised now.
const folder = new URL('../golden/stacks/', import.meta.url)
const examples = new Map([
  ['example: active-active', activeActive],
  ['example: active-passive', activePassive],
])

for (const file of readdirSync(folder)) {
  const [input = '', expected = ''] = readFileSync(new URL(file, folder), 'utf8').split(/^---\n/m)
  const skip = needsCloudflare(input) && cloudflareMissing
  test(`synthesised stacks of ${file.replace(/\.txt$/, '')}`, { skip }, () => {
    const topology = examples.get(input.trim()) ?? defineTopology(parse(input))
    const only = /^# only: (.+)$/m.exec(input)?.[1]?.split(' ')
    const stacks = [...synthesise(topology)].filter(([id]) => !only || only.includes(id))
    const lines = stacks.flatMap(([id, stack]) => [`stack ${id}`, ...linesOf(stack)])
    const written = `${lines.join('\n')}\n`
    if (process.env.UPDATE_GOLDEN) writeFileSync(new URL(file, folder), `${input}---\n${written}`)
    else assert.deepEqual(written.split('\n'), expected.split('\n'))
  })
}

function linesOf(stack: SynthesisedStack): string[] {
  return Object.entries(stack)
    .flatMap(([kind, blocks]) => {
      if (kind !== 'resource' && kind !== 'data') return [`  ${kind} ${canonicalJson(blocks)}`]
      return Object.entries(blocks as SynthesisedStack['resource']).flatMap(([type, named]) =>
        Object.entries(named).map(([name, block]) => `  ${kind} ${type}.${name} ${canonicalJson(block)}`),
      )
    })
    .sort()
}
