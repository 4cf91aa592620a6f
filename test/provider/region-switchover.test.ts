import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { antipodeProvider } from '../../provider/provider.ts'
import type { LocalRegion } from '../../toolkit/local/local-topology.ts'
import { publishRoute, untilServed } from '../e2e/published-route.ts'
import { RunningTopology } from '../e2e/running-topology.ts'
import { SteadyReads } from '../e2e/steady-reads.ts'
import { ANTIPODE } from '../toolkit/cli-process.ts'
import { skip, TerraformWorkspace } from './terraform-workspace.ts'

describe('a declared change of the writing region', { skip }, () => {
  let topology: RunningTopology
  let terraform: TerraformWorkspace
  let east: LocalRegion
  let west: LocalRegion

  before(async () => {
    topology = await RunningTopology.start('stacks/examples/active-passive.ts')
    ;[east, west] = topology.ready.regions as [LocalRegion, LocalRegion]
    const { dataDir } = await topology.local.describe()
    terraform = await TerraformWorkspace.over(antipodeProvider)
    terraform.write(`
      variable "writer" {}
      terraform {
        required_providers {
          antipode = { source = "antipode/antipode" }
        }
      }
      provider "antipode" {
        endpoints          = ${JSON.stringify([east.admin, west.admin])}
        token              = ${JSON.stringify(east.adminKey)}
        switchover_command = ${JSON.stringify([process.execPath, ANTIPODE, 'switchover', '--data-dir', dataDir])}
      }
      resource "antipode_region" "it" {
        for_each = toset(${JSON.stringify([east.name, west.name])})
        region   = each.key
        role     = each.key == var.writer ? "primary" : "standby"
      }
      resource "antipode_upstream" "orders" {
        name  = "orders-\${var.writer}"
        nodes = [{ host = "127.0.0.1", port = 80, weight = 1 }]
      }
    `)
    await terraform.apply('-var', `writer=${east.name}`)
  })
  after(async () => {
    await terraform?.close()
    await topology?.stop()
  })

  it('shows what the switchover would do, and does nothing yet', async () => {
    const { code, stdout, stderr } = await terraform.run(
      ...['plan', '-no-color', '-detailed-exitcode', '-var', `writer=${west.name}`],
    )
    const text = `${stdout}${stderr}`.replaceAll(/\s*\n[│\s]*/g, ' ')
    assert.equal(code, 2, text)
    assert.ok(text.includes(`Warning: This moves the right to write to ${west.name}`), text)
    assert.ok(text.includes(`drain ${east.name}, wait for replay`), text)
    assert.match(text, /nothing lost, no call fails/)
    assert.equal((await terraform.attributes(`antipode_region.it["${east.name}"]`)).writer, east.name)
  })

  it('is one lossless switchover, whatever else the same apply changes', async () => {
    await publishRoute(east, 'reads', '/reads')
    await Promise.all([east, west].map((region) => untilServed(region, '/reads')))
    const reads = new SteadyReads([`${east.gateway}/reads`, `${west.gateway}/reads`], 10)
    const before = await terraform.attributes(`antipode_region.it["${east.name}"]`)
    await terraform.apply('-var', `writer=${west.name}`)
    await reads.stop()
    assert.ok(reads.reads > 0)
    assert.deepEqual(reads.failures, [])
    for (const region of [east, west]) {
      const told = await terraform.attributes(`antipode_region.it["${region.name}"]`)
      assert.equal(told.writer, west.name)
      // The next epoch of the region whose index is 2, and not one after a second switchover.
      assert.deepEqual([before.epoch, told.epoch], [1, 2])
    }
    assert.deepEqual(await terraform.changes('-var', `writer=${west.name}`), {})
  })

  it('refuses where the command does, with its reason, and leaves everything as it was', async () => {
    await topology.local.kill(east.name, ['database'])
    const { code, stderr } = await terraform.run('plan', '-no-color', '-var', `writer=${east.name}`)
    assert.equal(code, 1)
    const text = stderr.replaceAll(/\s*\n[│\s]*/g, ' ')
    assert.ok(text.includes(`The right to write cannot be moved to ${east.name}`), text)
    assert.match(text, /ended with exit code 3\. .*streaming from us-west-2 not within 5 s/)
    await topology.local.start(east.name, ['database'])
  })
})
