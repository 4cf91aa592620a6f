import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { antipodeProvider } from '../../provider/provider.ts'
import { certificateRequest, identities, startControlPlane } from './control-plane.ts'
import { skip, TerraformWorkspace } from './terraform-workspace.ts'

describe('what data planes identify themselves with', { skip }, () => {
  let controlPlane: Awaited<ReturnType<typeof startControlPlane>>
  let terraform: TerraformWorkspace
  let request: string

  before(async () => {
    controlPlane = await startControlPlane(await identities())
    terraform = await TerraformWorkspace.over(antipodeProvider)
    request = await certificateRequest()
  })
  after(async () => {
    await terraform?.close()
    await controlPlane?.close()
  })

  const write = (body: string) =>
    terraform.write(`
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
    `)
  const revoked = async (): Promise<{ credential: string; reason: string }[]> => {
    const response = await fetch(`${controlPlane.endpoint}/antipode/revocations`, {
      headers: { 'x-api-key': controlPlane.token },
    })
    return ((await response.json()) as { list: { credential: string; reason: string }[] }).list
  }
  const isUnchanged = async () => {
    const { code, stdout, stderr } = await terraform.run('plan', '-no-color', '-detailed-exitcode')
    assert.equal(code, 0, stdout + stderr)
  }

  it('is a certificate for a key that Terraform never sees, revoked when it goes', async () => {
    const certificate = (more: string) => `
      resource "antipode_data_plane_certificate" "edge" {
        request = <<-EOT
${request}EOT
        ${more}
      }`
    write(certificate(''))
    await terraform.apply()
    await isUnchanged()
    const first = await terraform.attributes('antipode_data_plane_certificate.edge')
    const issued = new X509Certificate(first.certificate)
    assert.match(String(issued.subjectAltName), /spiffe:\/\/test\/group\/default/)
    assert.equal(first.credential, `certificate/${first.id}`)
    assert.equal(Date.parse(first.expires), Date.parse(issued.validTo))
    assert.ok(issued.verify(new X509Certificate(first.anchors).publicKey))

    write(certificate('description = "edges"\nrenew_before_days = 1'))
    assert.match((await terraform.apply()).stdout, /0 added, 1 changed, 0 destroyed/)
    await isUnchanged()

    write(certificate('days = 7\ngroup = "default"'))
    assert.match((await terraform.apply()).stdout, /1 added, 0 changed, 1 destroyed/)
    await isUnchanged()
    assert.deepEqual(
      (await revoked()).map(({ credential, reason }) => [credential, reason]),
      [[first.credential, 'destroyed by Terraform: edges']],
    )
    const second = await terraform.attributes('antipode_data_plane_certificate.edge')
    await terraform.succeed('destroy', '-auto-approve')
    assert.ok((await revoked()).some(({ credential }) => credential === second.credential))
  })

  it('is refused at its attribute where there is no request in it', async () => {
    write('resource "antipode_data_plane_certificate" "edge" {\n request = "-----BEGIN CERTIFICATE-----"\n}')
    const { code, stderr } = await terraform.run('plan', '-no-color')
    assert.equal(code, 1)
    assert.match(stderr, /This is no certificate request/)
    write(
      'resource "antipode_data_plane_certificate" "edge" {\n request = "-----BEGIN CERTIFICATE REQUEST-----\\nAA==\\n-----END CERTIFICATE REQUEST-----\\n"\n}',
    )
    const refusal = (await terraform.run('apply', '-auto-approve', '-no-color')).stderr
    assert.match(refusal, /request = "-----BEGIN[\s\S]*the certificate\s(│ )?request: /)
  })

  it('is a token whose life is managed, and which is only ever given to what is kept nowhere', async () => {
    const token = (more = '') => `
      resource "antipode_data_plane_token" "edge" {
        days = 2
        ${more}
      }
      ephemeral "antipode_data_plane_token" "edge" {
        id      = antipode_data_plane_token.edge.id
        expires = antipode_data_plane_token.edge.expires
      }
      resource "terraform_data" "reader" {
        input = antipode_data_plane_token.edge.id
        lifecycle {
          postcondition {
            condition     = ephemeral.antipode_data_plane_token.edge.credential == "token/\${self.output}"
            error_message = "another token"
          }
        }
      }`
    write(token())
    await terraform.apply()
    await isUnchanged()
    assert.ok(!terraform.stateText().includes('eyJ'), 'a token is in the state')
    const { id, credential } = await terraform.attributes('antipode_data_plane_token.edge')
    assert.equal(credential, `token/${id}`)

    write(token('description = "edges"'))
    assert.match((await terraform.apply()).stdout, /0 added, 1 changed, 0 destroyed/)
    assert.equal((await terraform.attributes('antipode_data_plane_token.edge')).id, id)

    // Whoever has it revokes it; the next run makes another one.
    const gone = await fetch(`${controlPlane.endpoint}/antipode/revocations/${credential}`, {
      ...{ method: 'PUT', headers: { 'x-api-key': controlPlane.token } },
    })
    assert.equal(gone.status, 201)
    const { stdout } = await terraform.apply()
    assert.match(stdout, /is to be made anew/)
    assert.notEqual((await terraform.attributes('antipode_data_plane_token.edge')).id, id)
    await isUnchanged()
    assert.equal((await terraform.run('import', 'antipode_data_plane_token.edge', id)).code, 1)
    await terraform.succeed('destroy', '-auto-approve')
    assert.equal((await revoked()).filter(({ credential: of }) => of.startsWith('token/')).length, 2)
  })
})
