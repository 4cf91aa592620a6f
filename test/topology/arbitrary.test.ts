import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parse, stringify } from 'yaml'
import { defineTopology, topologyHash } from '../../topology/index.ts'
import { arbitraryTopology } from './arbitrary-topology.ts'

// A run that fails prints its seed and path; give them to `fc.assert` to have it again.
const runs = { numRuns: 150 }

test('whatever the options, a description that keeps the rules is accepted', () => {
  fc.assert(
    fc.property(arbitraryTopology, (description) => void defineTopology(description)),
    runs,
  )
})

test('a topology that is defined again is the same one', () => {
  fc.assert(
    fc.property(arbitraryTopology, (description) => {
      const topology = defineTopology(description)
      assert.deepEqual(defineTopology(topology), topology)
    }),
    runs,
  )
})

test('a topology survives JSON and YAML, and keeps its hash', () => {
  fc.assert(
    fc.property(arbitraryTopology, (description) => {
      const topology = defineTopology(description)
      const json = JSON.stringify(topology)
      for (const again of [JSON.parse(json), parse(stringify(JSON.parse(json)))]) {
        assert.equal(topologyHash(defineTopology(again)), topologyHash(topology))
      }
    }),
    runs,
  )
})
