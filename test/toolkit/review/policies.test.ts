import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse } from 'yaml'
import { viewOf } from '../../../toolkit/review/policies/example.ts'
import { POLICIES } from '../../../toolkit/review/policies/index.ts'
import { snapshotOf } from '../../../toolkit/review/read/read-synthesis.ts'
import { synthesiseDescription } from './synthesise-description.ts'

test('every policy finds something in the example that fails, and nothing in the one that passes', () => {
  for (const { id, check, fails, passes } of POLICIES) {
    const found = check(viewOf(fails))
    assert.ok(found.length > 0, `${id} finds nothing`)
    for (const { message, region } of found) assert.ok(message !== '' && region !== '', id)
    assert.deepEqual(check(viewOf(passes)), [], id)
  }
})

test('every policy has a file of its name, an id of its own, and words without markup', () => {
  assert.ok(POLICIES.length >= 25)
  const files = readdirSync(new URL('../../../toolkit/review/policies/', import.meta.url))
  assert.equal(new Set(POLICIES.map(({ id }) => id)).size, POLICIES.length)
  for (const { id, reason, fix } of POLICIES) {
    assert.ok(files.includes(`${id}.ts`), id)
    for (const text of [reason, fix]) assert.match(text, /^[A-Z].*\.$/, `${id}: ${text}`)
  }
})

test('the stacks of both examples break none but the one that asks for a drill', () => {
  for (const name of ['active-passive', 'active-active']) {
    const text = readFileSync(new URL(`../../golden/review/${name}.yaml`, import.meta.url), 'utf8')
    const { stacks, topologies } = snapshotOf(synthesiseDescription(parse(text)), name, null)
    const view = {
      topologies: [...topologies.values()],
      stacks: [...stacks.values()],
      changes: [],
      earlier: [],
      drills: [],
      at: null,
    }
    const broken = POLICIES.flatMap(({ id, check }) =>
      check(view).map(({ message, address }) => [id, message, address]),
    )
    assert.deepEqual(
      broken.filter(([id]) => id !== 'drill-is-fresh'),
      [],
    )
  }
})
