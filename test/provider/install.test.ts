import assert from 'node:assert/strict'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { PLATFORM } from '../../provider/distribution/install.ts'
import { createAuthority, issueCertificate } from '../../runtime/control-plane/pki/authority.ts'
import { CommandLine } from '../toolkit/cli-process.ts'
import { startControlPlane } from './control-plane.ts'
import { StartedProvider } from './framework/started-provider.ts'
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
  const path = JSON.stringify(mirror)
  const env = { ...controlPlane.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}` }
  const fromFiles = new TerraformWorkspace(env, undefined, installation(`filesystem_mirror {\n path = ${path}\n }`))
  const server = await serveFiles(mirror)
  const url = JSON.stringify(`https://localhost:${server.port}/`)
  const overNetwork = new TerraformWorkspace(
    { ...env, SSL_CERT_FILE: server.ca },
    undefined,
    installation(`network_mirror {\n url = ${url}\n }`),
  )
  try {
    for (const terraform of [fromFiles, overNetwork]) {
      terraform.write(CONFIGURATION)
      await terraform.succeed('init', '-no-color')
      await terraform.apply()
      await terraform.succeed('destroy', '-auto-approve')
    }
  } finally {
    await fromFiles.close()
    await overNetwork.close()
    server.close()
  }
})

function installation(method: string): string {
  return `provider_installation {\n ${method}\n}`
}

/** Any web server, with a certificate for localhost. */
async function serveFiles(folder: string) {
  const authority = await createAuthority('test')
  const uri = 'spiffe://test/mirror'
  const { certificate, key } = await issueCertificate({ authority, uri, usage: 'server', hosts: ['localhost'] })
  const ca = join(commandLine.directory, 'mirror-ca.crt')
  writeFileSync(ca, authority.certificate)
  const server = createServer({ cert: certificate, key }, ({ url = '/' }, response) => {
    const file = join(folder, url)
    if (!existsSync(file)) return response.writeHead(404).end()
    const type = url.endsWith('.json') ? 'application/json' : 'application/zip'
    return response.writeHead(200, { 'content-type': type }).end(readFileSync(file))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  return { ca, port: (server.address() as AddressInfo).port, close }
}

test('a single executable runs where no Node is', { skip }, async () => {
  const mirror = join(commandLine.directory, 'executable')
  const installed = await commandLine.run('provider', 'install', '--executable', '--dir', mirror)
  assert.equal(installed.code, 0, installed.stderr)
  const settings = `provider_installation {\n filesystem_mirror {\n path = ${JSON.stringify(mirror)}\n }\n}`
  const path = join(commandLine.directory, 'path')
  mkdirSync(path)
  symlinkSync(onPath('terraform'), join(path, 'terraform'))
  const terraform = new TerraformWorkspace({ ...controlPlane.env, PATH: path }, undefined, settings)
  try {
    terraform.write(CONFIGURATION)
    await terraform.succeed('init', '-no-color')
    await terraform.apply()
    assert.equal((await terraform.run('plan', '-detailed-exitcode')).code, 0)
    await terraform.succeed('destroy', '-auto-approve')
  } finally {
    await terraform.close()
  }
  const folder = join(mirror, 'registry.terraform.io', 'antipode', 'antipode', '0.1.0', PLATFORM)
  const provider = new StartedProvider({}, { command: [join(folder, 'terraform-provider-antipode_v0.1.0')] })
  try {
    await provider.connect()
    // What a long run loads is in it too.
    for (let call = 0; call < 50; call++) await provider.call('GetMetadata')
  } finally {
    await provider.close()
  }
})

function onPath(program: string): string {
  const folders = (process.env.PATH ?? '').split(':')
  return folders.map((folder) => join(folder, program)).find((file) => existsSync(file)) ?? assert.fail(program)
}

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
