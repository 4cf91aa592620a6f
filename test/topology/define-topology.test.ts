import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { AntipodeError } from '../../runtime/model/errors.ts'
import { topology as activeActive } from '../../stacks/examples/active-active.ts'
import { topology as activePassive } from '../../stacks/examples/active-passive.ts'
import { defineTopology, perSecond, seconds, topologyHash } from '../../topology/index.ts'

const small = {
  name: 'shop',
  mode: 'active-passive',
  host: 'api.shop.example',
  regions: {
    'eu-west-1': { role: 'primary', network: '10.1.0.0/16', dataPlane: { instances: 2, each: perSecond(100) } },
    'eu-central-1': { role: 'standby', network: '10.2.0.0/16', dataPlane: { instances: 2, each: '100/s' } },
  },
  peak: perSecond(150),
  objectives: { rto: seconds(60) },
} as const

test('what is left out gets defaults that keep callers and writes safe', () => {
  const topology = defineTopology(small)
  assert.deepEqual(topology.links, { kind: 'peering' })
  assert.equal(topology.database.commit, 'confirmed')
  assert.equal(topology.database.replication, 'physical')
  assert.equal(topology.gslb.policy, 'failover')
  assert.equal(topology.objectives.detect.seconds, 60)
  assert.equal(topology.regions['eu-west-1']?.dataPlane.growsTo, 2)
  assert.equal(topology.regions['eu-central-1']?.controlPlane.instances, 2)
})

test('regions keep their order, and their index is 1 + their position unless given', () => {
  const indexes = Object.entries(defineTopology(small).regions).map(([name, { index }]) => [name, index])
  assert.deepEqual(indexes, [
    ['eu-west-1', 1],
    ['eu-central-1', 2],
  ])
})

test('a database keeps its identity when the writer changes', () => {
  const { 'eu-west-1': west, 'eu-central-1': central } = small.regions
  const swapped = defineTopology({
    ...small,
    regions: { 'eu-west-1': { ...west, role: 'standby' }, 'eu-central-1': { ...central, role: 'primary' } },
  })
  const identities = (topology: typeof swapped) => Object.values(topology.regions).map(({ database }) => database)
  assert.deepEqual(identities(swapped), identities(defineTopology(small)))
})

test('a topology turns into JSON and back without changing its hash', () => {
  for (const topology of [activePassive, activeActive]) {
    const again = defineTopology(JSON.parse(JSON.stringify(topology)))
    assert.deepEqual(again, topology)
    assert.equal(topologyHash(again), topologyHash(topology))
  }
  assert.notEqual(topologyHash(activePassive), topologyHash(activeActive))
})

test('a topology cannot be changed once it is checked', () => {
  assert.throws(() => Object.assign(activePassive.gslb.health, { threshold: 10 }), TypeError)
})

test('any value at all is accepted or refused with an error of the table, never anything else', () => {
  const keys = fc.constantFrom(
    ...Object.keys(activePassive),
    'us-east-1',
    'role',
    'dataPlane',
    '__proto__',
    'constructor',
  )
  const description = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.anything(),
      fc.constantFrom('active-passive', 'primary', '10.0.0.0/16', '10s', '10%', '5/s'),
      fc.dictionary(keys, tie('value')),
    ),
  })).value
  fc.assert(
    fc.property(description, (value) => {
      try {
        defineTopology(value as Parameters<typeof defineTopology>[0])
      } catch (error) {
        assert.ok(error instanceof AntipodeError && error.code === 'TOPOLOGY_INVALID', `${error}`)
      }
    }),
    { numRuns: 500 },
  )
})

test('one value spoiled anywhere is reported under its own path', () => {
  const plain = JSON.parse(JSON.stringify(activePassive))
  const paths = leaves(plain).filter((path) => !path.startsWith('gatewayGroups') && !/\.from$|zones/.test(path))
  for (const path of paths) {
    const spoiled = structuredClone(plain)
    const keys = path.split('.')
    const last = keys.pop() ?? ''
    keys.reduce((at, key) => at[key], spoiled)[last] = { nonsense: true }
    assert.throws(
      () => defineTopology(spoiled),
      (error: AntipodeError) =>
        (error.details.found as { path: string }[]).some((problem) => problem.path.startsWith(path)),
      path,
    )
  }
})

function leaves(value: unknown, path = ''): string[] {
  if (value === null || typeof value !== 'object') return [path]
  return Object.entries(value).flatMap(([key, item]) => leaves(item, path === '' ? key : `${path}.${key}`))
}
