import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse } from 'yaml'
import { topology as activeActive } from '../../../stacks/examples/active-active.ts'
import { topology as activePassive } from '../../../stacks/examples/active-passive.ts'
import { type Estimate, estimate } from '../../../toolkit/cost/estimate.ts'
import { estimateText } from '../../../toolkit/cost/estimate-text.ts'
import { readPriceFile } from '../../../toolkit/cost/price-file.ts'
import { defineTopology, type Topology } from '../../../topology/index.ts'
import { synthesise } from '../../stacks/synthesise.ts'

// Each case: a topology (an example by its name, or YAML), a line of dashes, then the estimate as people read it.
// UPDATE_GOLDEN=1 writes what is estimated now.
const folder = new URL('../../golden/cost/', import.meta.url)
const examples = new Map([
  ['example: active-active', activeActive],
  ['example: active-passive', activePassive],
])

for (const file of readdirSync(folder)) {
  test(`estimated costs of ${file.replace(/\.txt$/, '')}`, async () => {
    const [input = '', expected = ''] = readFileSync(new URL(file, folder), 'utf8').split(/^---\n/m)
    const written = `${estimateText(await estimated(examples.get(input.trim()) ?? defineTopology(parse(input))))}\n`
    if (process.env.UPDATE_GOLDEN) writeFileSync(new URL(file, folder), `${input}---\n${written}`)
    else assert.deepEqual(written.split('\n'), expected.split('\n'))
  })
}

test('every resource of every golden stack has a price, or is known to cost nothing', async () => {
  const stacks = new URL('../../golden/stacks/', import.meta.url)
  for (const file of readdirSync(stacks)) {
    const [input = ''] = readFileSync(new URL(file, stacks), 'utf8').split(/^---\n/m)
    const { notes } = await estimated(examples.get(input.trim()) ?? defineTopology(parse(input)))
    const open = notes.filter((note) => note.startsWith('no '))
    assert.deepEqual(open, [], `${file}; add a rule to toolkit/cost/priced-resources.ts`)
  }
})

async function estimated(topology: Topology): Promise<Estimate> {
  const { prices, usage } = await readPriceFile(undefined)
  return estimate(topology, synthesise(topology), usage, prices)
}
