import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { antipodeProvider } from '../../provider/provider.ts'
import { switchover } from '../../toolkit/failover/switchover.ts'
import { type Side, TwoRegions, until } from '../runtime/control-plane/two-regions.ts'
import { driverOf } from '../toolkit/failover/driver-of-two-regions.ts'
import { skip, TerraformWorkspace } from './terraform-workspace.ts'

describe('a region as it is declared', { skip }, () => {
  let regions: TwoRegions
  let terraform: TerraformWorkspace

  before(async () => {
    regions = await TwoRegions.start()
    terraform = await TerraformWorkspace.over(antipodeProvider)
  })
  after(async () => {
    await terraform?.close()
    await regions?.close()
  })

  const endpointOf = (side: Side) => `http://127.0.0.1:${regions.ports[side].admin}`
  /** @param order of the endpoints: nothing may depend on it */
  const declare = (roles: Record<Side, string>, order: readonly Side[] = ['west', 'east']) => {
    terraform.write(`
      terraform {
        required_providers {
          antipode = { source = "antipode/antipode" }
        }
      }
      provider "antipode" {
        endpoints = [${order.map((side) => JSON.stringify(endpointOf(side))).join(', ')}]
      }
      resource "antipode_region" "it" {
        for_each = { east = "${roles.east}", west = "${roles.west}" }
        region   = each.key
        role     = each.value
      }
      resource "antipode_upstream" "orders" {
        name  = "orders"
        nodes = [{ host = "127.0.0.1", port = 80, weight = 1 }]
      }
      data "antipode_regions" "all" {}
    `)
  }
  const plan = async () => {
    const { code, stdout, stderr } = await terraform.run('plan', '-no-color', '-detailed-exitcode')
    return { code, text: `${stdout}${stderr}`.replaceAll(/\s*\n[│\s]*/g, ' ') }
  }

  it('is taken where it is what it is, and found unchanged', async () => {
    declare({ east: 'primary', west: 'standby' })
    await terraform.apply()
    const { epoch, lineage } = await regions.state('east')
    const east = await terraform.attributes('antipode_region.it["east"]')
    assert.deepEqual([east.current_role, east.writer, east.epoch, east.lineage], ['active', 'east', epoch, lineage])
    const west = await terraform.attributes('antipode_region.it["west"]')
    assert.deepEqual([west.current_role, west.writer, typeof west.lag_bytes], ['standby', 'east', 'number'])
    const { writer, regions: all } = await terraform.attributes('data.antipode_regions.all')
    assert.deepEqual([writer, all.west.role, all.east.lag_bytes], ['east', 'standby', null])
    assert.equal((await plan()).code, 0)
  })

  it('is imported by its name', async () => {
    await terraform.succeed('state', 'rm', 'antipode_region.it["west"]')
    await terraform.succeed('import', '-no-color', 'antipode_region.it["west"]', 'west')
    assert.equal((await plan()).code, 0)
  })

  it('is made nothing else by an apply, and the plan says by what it would be', async () => {
    declare({ east: 'standby', west: 'primary' })
    const { code, text } = await plan()
    assert.equal(code, 1)
    assert.match(text, /west is standby, and this does not make it primary/)
    assert.match(text, /antipode switchover --to west --yes/)
    assert.match(text, /on RDS or Aurora that is `antipode switchover --to west --engine aws --outputs <file> --yes`/)
    assert.equal((await regions.state('east')).role, 'active')
  })

  it('is declared anew after a switchover, and what it was only shows as a warning', async () => {
    declare({ east: 'primary', west: 'standby' })
    await switchover(driverOf(regions), { to: 'west', yes: true })
    await until('west writes', async () => (await regions.state('west')).role === 'active')
    const { code, text } = await plan()
    assert.equal(code, 0, text)
    assert.match(text, /east is declared primary and is standby/)
    assert.match(text, /Declare role = "standby", or move it back: `antipode switchover --to east`/)

    declare({ east: 'standby', west: 'primary' }, ['east', 'west'])
    assert.match((await terraform.apply()).stdout, /0 added, 2 changed, 0 destroyed/)
    const { code: after, text: said } = await plan()
    assert.equal(after, 0)
    assert.doesNotMatch(said, /Warning/)
  })

  it('is planned from what is known while its control planes are gone', async () => {
    await regions.stopControlPlane('east')
    const { code, text } = await plan()
    assert.equal(code, 0, text)
    assert.match(text, /The region east does not answer/)
    await regions.startControlPlane('east')
  })

  it('is left alone when it is destroyed', async () => {
    await until('west writes', async () => (await regions.state('west')).role === 'active')
    await terraform.succeed('destroy', '-auto-approve')
    assert.equal((await regions.state('west')).role, 'active')
  })
})
