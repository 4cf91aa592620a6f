import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { CommandLine } from '../toolkit/cli-process.ts'
import { startControlPlane } from './control-plane.ts'
import { skip, TerraformWorkspace } from './terraform-workspace.ts'

let controlPlane: Awaited<ReturnType<typeof startControlPlane>>
let commandLine: CommandLine

before(async () => {
  controlPlane = await startControlPlane()
  commandLine = new CommandLine()
})
after(async () => {
  await commandLine.close()
  await controlPlane.close()
})

const CONFIGURATION = `
  terraform {
    required_providers {
      antipode = {
        source  = "antipode/antipode"
        version = "0.1.0"
      }
    }
  }
  resource "antipode_upstream" "orders" {
    name  = "orders"
    nodes = [{ host = "127.0.0.1", port = 8081, weight = 1 }]
  }
`
/** Terraform starts providers in the folder of the configuration. */
const providersIn = (folder: string) =>
  readdirSync('/proc').filter((id) => {
    if (!/^\d+$/.test(id)) return false
    try {
      const isHere = readlinkSync(`/proc/${id}/cwd`) === realpathSync(folder)
      return isHere && readFileSync(`/proc/${id}/cmdline`, 'latin1').includes('provider.cjs')
    } catch {
      return false
    }
  })
const until = async (holds: () => boolean, what: string) => {
  const deadline = performance.now() + 60_000
  while (!holds()) {
    assert.ok(performance.now() < deadline, what)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

test('a clean machine goes from terraform init to what is applied', { skip }, async () => {
  const mirror = join(commandLine.directory, 'mirror')
  const installed = await commandLine.run('provider', 'install', '--dir', mirror)
  assert.equal(installed.code, 0, installed.stderr)
  const settings = /provider_installation \{[\s\S]*\}/.exec(installed.stdout)?.[0] ?? assert.fail(installed.stdout)
  const terraform = new TerraformWorkspace(controlPlane.env, undefined, settings)
  try {
    terraform.write(CONFIGURATION)
    const { stdout } = await terraform.succeed('init', '-no-color')
    assert.match(stdout, /Installed antipode\/antipode v0\.1\.0 \(unauthenticated\)/)
    assert.ok(existsSync(join(terraform.folder, '.terraform.lock.hcl')))
    await terraform.apply()
    assert.equal((await terraform.run('plan', '-detailed-exitcode')).code, 0)
    // What runs does not change what is installed: its checksum still holds.
    await terraform.succeed('init', '-no-color')
    await terraform.succeed('destroy', '-auto-approve')
    if (!linux) await until(() => providersIn(terraform.folder).length === 0, 'a provider has stayed')
  } finally {
    await terraform.close()
  }
})

test('a packed mirror serves any machine that has Node', { skip }, async () => {
  const mirror = join(commandLine.directory, 'packed')
  const packed = await commandLine.run('provider', 'pack', '--dir', mirror)
  assert.equal(packed.code, 0, packed.stderr)
  const folder = join(mirror, 'registry.terraform.io', 'antipode', 'antipode')
  const { archives } = JSON.parse(readFileSync(join(folder, '0.1.0.json'), 'utf8')) as {
    archives: Record<string, { url: string }>
  }
  for (const { url } of Object.values(archives)) assert.ok(existsSync(join(folder, url)), url)
  const settings = `provider_installation {\n filesystem_mirror {\n path = ${JSON.stringify(mirror)}\n }\n}`
  const env = { ...controlPlane.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}` }
  const terraform = new TerraformWorkspace(env, undefined, settings)
  try {
    terraform.write(CONFIGURATION)
    await terraform.succeed('init', '-no-color')
    await terraform.apply()
    await terraform.succeed('destroy', '-auto-approve')
  } finally {
    await terraform.close()
  }
})

const linux = process.platform === 'linux' ? false : 'reads /proc'

test('a provider leaves when the Terraform that started it is killed', { skip: skip || linux }, async () => {
  const mirror = join(commandLine.directory, 'mirror')
  await commandLine.run('provider', 'install', '--dir', mirror)
  const settings = `provider_installation {\n filesystem_mirror {\n path = ${JSON.stringify(mirror)}\n }\n}`
  const terraform = new TerraformWorkspace(
    { ...controlPlane.env, ANTIPODE_ENDPOINTS: 'http://127.0.0.1:1' },
    undefined,
    settings,
  )
  try {
    terraform.write(CONFIGURATION)
    await terraform.succeed('init', '-no-color')
    const { child, ended } = terraform.start('plan', '-no-color')
    await until(() => providersIn(terraform.folder).length > 0, 'no provider was started')
    child.kill('SIGKILL')
    await ended
    await until(() => providersIn(terraform.folder).length === 0, 'the provider has stayed')
  } finally {
    await terraform.close()
  }
})
