import assert from 'node:assert/strict'
import { cpSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { antipodeProvider } from '../../provider/provider.ts'
import { createAuthority } from '../../runtime/control-plane/pki/authority.ts'
import { certificateRequest, identities, startControlPlane } from './control-plane.ts'
import { skip, TerraformWorkspace } from './terraform-workspace.ts'

const EXAMPLES = fileURLToPath(new URL('../../provider/examples', import.meta.url))
const PROVIDER = `
  terraform {
    required_providers {
      antipode = { source = "antipode/antipode" }
    }
  }
`
let controlPlane: Awaited<ReturnType<typeof startControlPlane>>

before(async () => {
  controlPlane = await startControlPlane(await identities(), 'us-east-1')
  // The provider runs in this process.
  Object.assign(process.env, controlPlane.env)
})
after(() => controlPlane.close())

test('the examples of all resources are applied together, and a second plan is empty', { skip }, async () => {
  const { certificate, key } = await createAuthority('example')
  const variables = {
    ...{ TF_VAR_certificate: certificate, TF_VAR_certificate_key: key },
    TF_VAR_certificate_request: await certificateRequest(),
  }
  const terraform = await TerraformWorkspace.over(antipodeProvider, variables)
  try {
    terraform.write(PROVIDER)
    const files = readdirSync(join(EXAMPLES, 'resources'))
    for (const file of files) terraform.write(readFileSync(join(EXAMPLES, 'resources', file), 'utf8'), file)
    await terraform.succeed('fmt', '-check', '-diff', ...files)
    await terraform.apply()
    assert.equal((await terraform.run('plan', '-detailed-exitcode')).code, 0)
    await terraform.succeed('destroy', '-auto-approve')
  } finally {
    await terraform.close()
  }
})

for (const name of readdirSync(EXAMPLES).filter((folder) => folder !== 'resources')) {
  test(`terraform test passes in the example ${name}`, { skip }, async () => {
    const terraform = await TerraformWorkspace.over(antipodeProvider)
    try {
      cpSync(join(EXAMPLES, name), terraform.folder, { recursive: true })
      await terraform.succeed('fmt', '-check', '-diff')
      const { stdout } = await terraform.succeed('test', '-no-color')
      assert.match(stdout, /Success!/)
    } finally {
      await terraform.close()
    }
  })
}
