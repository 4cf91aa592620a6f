import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { antipodeProvider } from '../../provider/provider.ts'
import { createAuthority } from '../../runtime/control-plane/pki/authority.ts'
import { Issuer } from '../../runtime/control-plane/pki/issuer.ts'
import type { LiveTrust } from '../../runtime/control-plane/pki/live-trust.ts'
import { servePki } from '../../runtime/control-plane/pki/serve-pki.ts'
import { startControlPlane } from './control-plane.ts'
import { skip, TerraformWorkspace } from './terraform-workspace.ts'

let controlPlane: Awaited<ReturnType<typeof startControlPlane>>
let terraform: TerraformWorkspace

before(async () => {
  if (skip) return
  const authority = await createAuthority('test')
  controlPlane = await startControlPlane((app, store) => {
    const trust = { authority, trustDomain: 'test', tls: { ca: authority.certificate } } as LiveTrust
    servePki(app, { store, trust, issuer: new Issuer(trust, 3600), group: 'default', regions: () => [] })
  })
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
