import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { gateway } from '../../constructs/index.ts'
import { serveRehearsal } from '../../provider/rehearsal.ts'
import { topology } from '../../stacks/examples/active-passive.ts'
import { configuration } from '../../stacks/examples/with-configuration.ts'
import type { Configuration } from '../../stacks/index.ts'
import { type OfflineTerraform, startOfflineTerraform } from '../../toolkit/offline/offline-terraform.ts'
import { relateStacks } from '../../toolkit/offline/terraform/synthesised-stack.ts'
import { findTerraform } from '../../toolkit/offline/terraform/terraform.ts'
import { deployable, synthesise } from '../stacks/synthesise.ts'
import { skip } from './terraform-workspace.ts'

const STACK = 'payments-configuration'

/** Rehearses what gateways are to serve, with neither control plane nor AWS. */
async function rehearsing(declared: Configuration, use: (offline: OfflineTerraform) => Promise<void>): Promise<void> {
  const all = relateStacks(deployable(synthesise(topology, { configuration: declared })))
  const stacks = all.filter(({ name }) => name === STACK)
  const others = [{ name: 'antipode', serve: serveRehearsal }]
  const terraform = await findTerraform(process.env)
  const offline = await startOfflineTerraform({ terraform, stacks, env: process.env, others })
  try {
    for (const stack of stacks) assert.ok((await offline.place(stack)).ok)
    await use(offline)
  } finally {
    await offline.close()
  }
}

describe('a configuration where no control plane runs', { skip }, () => {
  it('is applied, found unchanged, and keeps no secret', async () => {
    await rehearsing(configuration, async (offline) => {
      const applied = await offline.planAndApply(STACK)
      assert.deepEqual([applied.ok, applied.findings, applied.changes.add], [true, [], 3])
      assert.deepEqual((await offline.plan(STACK)).changes, { add: 0, change: 0, destroy: 0, replaced: [] })
      assert.ok(offline.secrets.size > 0)
      for (const secret of offline.secrets) assert.ok(!offline.state(STACK).includes(secret))
      assert.ok((await offline.planAndApply(STACK, '-destroy')).ok)
    })
  })

  it('may hold what a control plane would issue, and regions as they are declared', async () => {
    const issued: Configuration = (stack) => {
      new gateway.DataPlaneToken(stack, 'token', { days: 30 })
      new gateway.DataPlaneCertificate(stack, 'certificate', {
        request: '-----BEGIN CERTIFICATE REQUEST-----\nAA==\n-----END CERTIFICATE REQUEST-----\n',
      })
      new gateway.Region(stack, 'east', { region: 'us-east-1', role: 'primary' })
    }
    await rehearsing(issued, async (offline) => {
      assert.deepEqual((await offline.planAndApply(STACK)).changes.add, 3)
      assert.deepEqual((await offline.plan(STACK)).changes, { add: 0, change: 0, destroy: 0, replaced: [] })
    })
  })

  it('is refused where a control plane would refuse it', async () => {
    const wrong: Configuration = (stack) => {
      new gateway.Route(stack, 'list', {
        ...{ name: 'list', uris: ['/a'], serviceId: 'of-another-stack' },
        plugins: { 'fault-injection': { abort: { http_status: 'many' } } },
      })
    }
    await rehearsing(wrong, async (offline) => {
      const { ok, findings } = await offline.plan(STACK)
      assert.equal(ok, false)
      assert.deepEqual(
        findings.map(({ summary, address }) => [summary, address]),
        [['The control plane would refuse this route', 'antipode_route.list']],
      )
      assert.match(findings[0]!.detail, /http_status/)
    })
  })
})
