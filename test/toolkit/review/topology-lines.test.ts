import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { lineOf } from '../../../toolkit/review/read/topology-lines.ts'

const example = {
  file: 'active-passive.ts',
  text: readFileSync(new URL('../../../stacks/examples/active-passive.ts', import.meta.url), 'utf8'),
}

/** The line that holds these words, counted from 1. */
function lineWith(words: string): number {
  return example.text.split('\n').findIndex((line) => line.includes(words)) + 1
}

test('a property of a TypeScript file is found where it is written', () => {
  assert.equal(lineOf(example, 'gslb.ttl'), lineWith('ttl: seconds(10)'))
  assert.equal(lineOf(example, 'gslb.health.interval'), lineWith('interval: seconds(10)'))
  assert.equal(lineOf(example, 'regions.us-west-2.dataPlane.instances'), lineWith('instances: 2, growsTo: 6'))
  assert.equal(lineOf(example, 'objectives.rto'), lineWith('rto: seconds(60)'))
})

test('for a default the nearest property around it is named', () => {
  assert.equal(lineOf(example, 'regions.us-east-1.key'), lineWith("'us-east-1': {"))
  assert.equal(lineOf(example, 'nothing.of.this'), undefined)
})

test('comments, strings and templates are no code', () => {
  const text = "// a: { b: 1 }\n/* c: { */\nexport const t = f({\n  a: '{ x: 1',\n  b: `\n{ y: `,\n  c: { d: 1 },\n})\n"
  assert.equal(lineOf({ file: 't.ts', text }, 'c.d'), 7)
  assert.equal(lineOf({ file: 't.ts', text }, 'y'), undefined)
})

test('a property of a YAML file is found in block and in flow style', () => {
  const text =
    'name: x\ngslb:\n  ttl: 10s\n  health: { interval: 10s, threshold: 2 }\nregions:\n  us-east-1:\n    dataPlane:\n      instances: 6\n'
  assert.equal(lineOf({ file: 't.yaml', text }, 'gslb.ttl'), 3)
  assert.equal(lineOf({ file: 't.yaml', text }, 'gslb.health.threshold'), 4)
  assert.equal(lineOf({ file: 't.yaml', text }, 'regions.us-east-1.dataPlane.instances'), 8)
})
