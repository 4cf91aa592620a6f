import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parse, stringify } from 'yaml'
import { AntipodeError, defineTopology, topologyHash } from '../../topology/index.ts'
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

test('a description with one value spoiled is accepted or refused by the table of errors, never anything else', () => {
  const nonsense = fc.oneof(
    fc.constantFrom(null, '', 0, -1, 1e9, [], {}, true, 'edge', 'us-east-1', '0.0.0.0/0', '10.0.0.0/8', '0s', '0/s'),
    fc.anything(),
  )
  fc.assert(
    fc.property(arbitraryTopology, fc.nat(), nonsense, (description, position, value) => {
      const spoiled = JSON.parse(JSON.stringify(defineTopology(description)))
      const places = placesIn(spoiled)
      const [parent, key] = places[position % places.length] ?? assert.fail()
      parent[key] = value
      try {
        defineTopology(spoiled)
      } catch (error) {
        assert.ok(error instanceof AntipodeError && error.code === 'TOPOLOGY_INVALID', `${error}`)
      }
    }),
    { numRuns: 400 },
  )
})

type Parent = Record<string, unknown>

/** Every place in a value that holds another, by what holds it and under which key. */
function placesIn(value: Parent): [Parent, string][] {
  return Object.entries(value).flatMap(([key, item]): [Parent, string][] => {
    const inner = item !== null && typeof item === 'object' ? placesIn(item as Parent) : []
    return [[value, key], ...inner]
  })
}
