import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { startOfflineTerraform } from '../../toolkit/offline/offline-terraform.ts'
import { relateStacks } from '../../toolkit/offline/terraform/synthesised-stack.ts'
import { findTerraform } from '../../toolkit/offline/terraform/terraform.ts'
import { defineTopology } from '../../topology/index.ts'
import { eachOnce } from '../toolkit/offline/each-once.ts'
import { skip } from '../toolkit/offline/terraform-available.ts'
import { arbitraryTopology } from '../topology/arbitrary-topology.ts'
import { goldenTopologies } from './golden-topologies.ts'
import { assertInvariants } from './invariants.ts'
import { deployable, synthesise } from './synthesise.ts'

test('whatever the options, stacks are made, and what always holds of stacks holds of them', () => {
  fc.assert(
    fc.property(arbitraryTopology, (description) => {
      const topology = defineTopology(description)
      assertInvariants(topology, synthesise(topology))
    }),
    // A run that fails prints its seed and path. Smaller counterexamples take a synthesis each.
    { numRuns: 12, endOnFailure: true },
  )
})

test('whatever the options, a change of writer changes the GSLB and nothing else', () => {
  const pairs = arbitraryTopology.filter(({ mode }) => mode === 'active-passive')
  const roles = { primary: 'standby', standby: 'primary', active: 'active', edge: 'edge' } as const
  fc.assert(
    fc.property(pairs, (description) => {
      const topology = defineTopology(description)
      const regions = Object.entries(topology.regions).map(([name, it]) => [name, { ...it, role: roles[it.role] }])
      // The one that writes now may have been the smaller one.
      const easier = { peak: '1/s', objectives: { ...topology.objectives, headroom: '0%' } }
      const switched = defineTopology({ ...topology, ...easier, regions: Object.fromEntries(regions) })
      const after = synthesise(switched)
      for (const [id, stack] of synthesise(topology)) {
        if (!id.endsWith('-gslb')) assert.deepEqual(after.get(id), stack, id)
      }
    }),
    { numRuns: 5, endOnFailure: true },
  )
})

for (const [name, topology] of goldenTopologies()) {
  test(`${name}: what always holds of stacks holds`, () => assertInvariants(topology, synthesise(topology)))
}

for (const [number, description] of fc.sample(arbitraryTopology, { numRuns: 3, seed: 20_251_121 }).entries()) {
  test(`the real Terraform finds arbitrary topology ${number + 1} valid`, { skip }, async () => {
    const stacks = relateStacks(deployable(synthesise(defineTopology(description))))
    const offline = await startOfflineTerraform({
      terraform: await findTerraform(process.env),
      stacks,
      env: process.env,
    })
    try {
      await eachOnce(stacks, async (stack) => {
        await offline.place(stack)
        const { ok, findings } = await offline.validate(stack.name)
        assert.ok(ok, `${stack.name} of ${JSON.stringify(description)}: ${JSON.stringify(findings, null, 2)}`)
      })
    } finally {
      await offline.close()
    }
  })
}
