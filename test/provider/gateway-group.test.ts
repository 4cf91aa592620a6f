import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { antipodeProvider } from '../../provider/provider.ts'
import { identities, startControlPlane } from './control-plane.ts'
import { skip, TerraformWorkspace } from './terraform-workspace.ts'

let controlPlane: Awaited<ReturnType<typeof startControlPlane>>
let terraform: TerraformWorkspace

before(async () => {
  if (skip) return
  controlPlane = await startControlPlane(await identities())
  terraform = await TerraformWorkspace.over(antipodeProvider)
})
after(async () => {
  await terraform?.close()
  await controlPlane?.close()
})

const configuration = (body: string) => `
  terraform {
    required_providers {
      antipode = { source = "antipode/antipode" }
    }
  }
  provider "antipode" {
    endpoints = ["${controlPlane.endpoint}"]
    token     = "${controlPlane.token}"
  }
  ${body}
`

test('a group and what is in it come of one configuration, and go with it', { skip }, async () => {
  terraform.write(
    configuration(`
      resource "antipode_gateway_group" "partners" {
        name = "Partners"
      }
      provider "antipode" {
        alias         = "partners"
        endpoints     = ["${controlPlane.endpoint}"]
        token         = "${controlPlane.token}"
        gateway_group = antipode_gateway_group.partners.id
      }
      resource "antipode_upstream" "orders" {
        provider = antipode.partners
        name     = "orders"
        nodes    = [{ host = "127.0.0.1", port = 80, weight = 1 }]
      }
      resource "antipode_upstream" "own" {
        name  = "orders"
        nodes = [{ host = "127.0.0.1", port = 80, weight = 1 }]
      }
    `),
  )
  await terraform.apply()
  assert.equal((await terraform.run('plan', '-detailed-exitcode')).code, 0)
  const { id } = await terraform.attributes('antipode_upstream.orders')
  const ids = async (query: string) => (await controlPlane.call('GET', `/upstreams${query}`)).body.list.length
  assert.equal(await ids(''), 1)
  assert.equal(id, (await terraform.attributes('antipode_upstream.own')).id)
  await terraform.succeed('destroy', '-auto-approve')
  assert.equal((await controlPlane.call('GET', '/api/gateway_groups/partners')).status, 404)
})

test('a resource names its group itself, moves by being made anew, and is imported from it', { skip }, async () => {
  const own = await TerraformWorkspace.over(antipodeProvider)
  const inGroup = (group: string, more = '') =>
    configuration(`
      resource "antipode_gateway_group" "it" {
        for_each = toset(["Blue", "Green"])
        name     = each.key
      }
      resource "antipode_upstream" "orders" {
        ${group}
        name  = "orders"
        nodes = [{ host = "127.0.0.1", port = 80, weight = 1 }]
      }
      resource "antipode_route_set" "all" {
        ${group}
        name   = "all"
        routes = { a = { uri = "/a", upstream_id = antipode_upstream.orders.id } }
      }
      resource "antipode_consumer" "shop" {
        ${group}
        username    = "shop"
        credentials = [{ name = "main", type = "key-auth", config_wo = { key = "planted-${group.length}" } }]
      }
      ${more}
    `)
  const count = async (collection: string, group: string) => {
    return (await controlPlane.call('GET', `/${collection}?gateway_group_id=${group}`)).body.total
  }
  try {
    own.write(inGroup('gateway_group = antipode_gateway_group.it["Blue"].id'))
    await own.apply()
    assert.equal((await own.run('plan', '-detailed-exitcode')).code, 0)
    for (const collection of ['upstreams', 'routes', 'consumers']) {
      assert.deepEqual([await count(collection, 'blue'), await count(collection, 'default')], [1, 0], collection)
    }

    own.write(inGroup('gateway_group = antipode_gateway_group.it["Green"].id'))
    assert.match((await own.apply()).stdout, /3 added, 0 changed, 3 destroyed/)
    assert.deepEqual([await count('upstreams', 'blue'), await count('upstreams', 'green')], [0, 1])

    const { id } = await own.attributes('antipode_upstream.orders')
    await own.succeed('state', 'rm', 'antipode_upstream.orders')
    assert.equal((await own.run('import', 'antipode_upstream.orders', id)).code, 1, 'it is not in the default group')
    await own.succeed('import', 'antipode_upstream.orders', `green/${id}`)
    assert.equal((await own.run('plan', '-detailed-exitcode')).code, 0)

    // Out of the group that is written and into that of the provider, and then nothing but writing it out.
    own.write(inGroup(''))
    assert.match((await own.apply()).stdout, /3 added, 0 changed, 3 destroyed/)
    own.write(
      inGroup(
        'gateway_group = "default"',
        `data "antipode_upstream" "same" {
           gateway_group = "default"
           name          = "orders"
           depends_on    = [antipode_upstream.orders]
         }
         output "same" {
           value = data.antipode_upstream.same.id == antipode_upstream.orders.id
         }`,
      ),
    )
    assert.match((await own.apply()).stdout, /0 added, 3 changed, 0 destroyed/)
    assert.equal((await own.succeed('output', '-raw', 'same')).stdout, 'true')
    await own.succeed('destroy', '-auto-approve')
  } finally {
    await own.close()
  }
})

test('certificates and tokens of data planes are issued, and written down nowhere', { skip }, async () => {
  terraform.write(
    configuration(`
      ephemeral "antipode_data_plane_token" "edge" {
        days = 2
      }
      ephemeral "antipode_data_plane_certificate" "edge" {}
      resource "terraform_data" "expiry" {
        input = "known"
        lifecycle {
          precondition {
            condition     = length(split(".", ephemeral.antipode_data_plane_token.edge.token)) == 3
            error_message = "no token"
          }
          precondition {
            condition     = strcontains(ephemeral.antipode_data_plane_certificate.edge.key, "PRIVATE KEY")
            error_message = "no key"
          }
        }
      }
    `),
  )
  await terraform.apply()
  assert.ok(!/eyJ|PRIVATE KEY/.test(terraform.stateText()))
})

test('the region of a control plane can be asked for', { skip }, async () => {
  terraform.write(
    configuration(`
      data "antipode_region" "here" {}
      output "region" {
        value = "\${data.antipode_region.here.region} \${data.antipode_region.here.role}"
      }
    `),
  )
  await terraform.apply()
  const { region, role } = controlPlane.store.state()
  assert.equal((await terraform.succeed('output', '-raw', 'region')).stdout, `${region} ${role}`)
})
