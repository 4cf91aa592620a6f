import assert from 'node:assert/strict'
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { type Released, releaseProvider } from '../../../../provider/distribution/release.ts'
import { type RunningControlPlane, runControlPlane } from '../../../../runtime/control-plane/main.ts'
import { createAuthority, issueCertificate } from '../../../../runtime/control-plane/pki/authority.ts'
import { loadRuntimeConfig } from '../../../../runtime/model/load-runtime-config.ts'
import { RUNTIME_VERSION } from '../../../../runtime/model/runtime-version.ts'
import { skip, TerraformWorkspace } from '../../../provider/terraform-workspace.ts'
import { freePort, linkedDatabases, PASSWORDS, until } from '../../../toolkit/local/database/linked-databases.ts'

process.env.ANTIPODE_LOG_LEVEL ??= 'silent'

describe('a control plane hands out the provider that configures it', { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'antipode-test-'))
  const registry = join(folder, 'registry')
  const versionFolder = join(registry, 'v1', 'providers', 'antipode', 'antipode', RUNTIME_VERSION)
  const ca = join(folder, 'ca.crt')
  let databases: Awaited<ReturnType<typeof linkedDatabases>> | undefined
  let controlPlane: RunningControlPlane | undefined
  let released: Released
  let port: number
  let admin: string

  before(async () => {
    released = await releaseProvider({ directory: registry, keyFile: join(folder, 'key.asc') })
    databases = await linkedDatabases(17)
    await databases.east.create()
    const authority = await createAuthority('test')
    const uri = 'spiffe://test/region/east/control-plane'
    const own = await issueCertificate({ authority, uri, usage: 'server+client' })
    writeFileSync(ca, authority.certificate)
    port = await freePort()
    const adminPort = await freePort()
    admin = `http://127.0.0.1:${adminPort}`
    const text = JSON.stringify({
      deployment: {
        role: 'control_plane',
        admin: { admin_key_required: false, admin_listen: { ip: '127.0.0.1', port: adminPort } },
        certs: { cert: own.certificate, cert_key: own.key, trusted_ca_cert: authority.certificate },
      },
      antipode: {
        ...{ region: 'east', state_dir: join(folder, 'state'), initial_writer: true },
        database: `postgres://antipode:${encodeURIComponent(PASSWORDS.controlPlane)}@127.0.0.1:${databases.ports.east}/antipode`,
        sync_listen: { ip: '127.0.0.1', port: await freePort() },
        authority: { cert: authority.certificate, key: authority.key },
        provider_registry: { directory: registry, listen: { ip: '127.0.0.1', port }, names: ['localhost'] },
      },
    })
    controlPlane = await runControlPlane(loadRuntimeConfig(text, 'config.yaml', {}).config)
    await until('it writes', async () => {
      const { role } = (await (await fetch(`${admin}/antipode/region`)).json()) as { role: string }
      return role === 'active'
    })
  })
  after(async () => {
    await controlPlane?.stop()
    await databases?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** A home in which no Terraform has ever been. */
  const cleanHome = (env: NodeJS.ProcessEnv = { SSL_CERT_FILE: ca }) => {
    const PATH = `${dirname(process.execPath)}:${process.env.PATH}`
    const terraform = new TerraformWorkspace({ ...env, PATH, ANTIPODE_ENDPOINTS: admin })
    const required = `antipode = { source = "localhost:${port}/antipode/antipode" }`
    const upstream = 'name = "orders"\n nodes = [{ host = "127.0.0.1", port = 8081, weight = 1 }]'
    terraform.write(
      `terraform {\n required_providers {\n ${required}\n }\n}\nresource "antipode_upstream" "orders" {\n ${upstream}\n}\n`,
    )
    return terraform
  }
  /** What `terraform init` says of a registry that was tampered with. */
  const refusal = async (tamper: () => void) => {
    const kept = join(folder, 'kept')
    cpSync(registry, kept, { recursive: true })
    tamper()
    const terraform = cleanHome()
    try {
      const { code, stderr } = await terraform.run('init', '-no-color')
      assert.equal(code, 1)
      return stderr.replaceAll(/\s*│?\s+/g, ' ')
    } finally {
      await terraform.close()
      cpSync(kept, registry, { recursive: true })
    }
  }
  const zip = () => join(versionFolder, `terraform-provider-antipode_${RUNTIME_VERSION}_${goPlatform()}.zip`)

  it('terraform init checks the signature and installs, and apply fills the gateway', async () => {
    const terraform = cleanHome()
    try {
      const { stdout } = await terraform.succeed('init', '-no-color')
      assert.ok(
        stdout.includes(`antipode/antipode v${RUNTIME_VERSION} (self-signed, key ID ${released.keyId})`),
        stdout,
      )
      // The signed checksums of all platforms, so that the lock file serves colleagues on other ones.
      const lock = readFileSync(join(terraform.folder, '.terraform.lock.hcl'), 'utf8')
      const sums = readFileSync(join(versionFolder, sumsName()), 'utf8').trim().split('\n')
      for (const line of sums) assert.ok(lock.includes(`"zh:${line.split(' ')[0]}"`), line)
      await terraform.apply()
      const { total } = (await (await fetch(`${admin}/apisix/admin/upstreams`)).json()) as { total: number }
      assert.equal(total, 1)
      await terraform.succeed('destroy', '-auto-approve')
    } finally {
      await terraform.close()
    }
  })

  it('a provider that was changed on the way is refused', async () => {
    const said = await refusal(() => appendFileSync(zip(), 'more'))
    assert.match(said, /checksum/)
  })

  it('checksums that somebody else wrote are refused', async () => {
    const said = await refusal(() => appendFileSync(join(versionFolder, sumsName()), `${'0'.repeat(64)}  other.zip\n`))
    assert.match(said, /signature/)
  })

  it('whoever does not know the authority of the deployment does not ask it', async () => {
    const terraform = cleanHome({})
    try {
      const { code, stderr } = await terraform.run('init', '-no-color')
      assert.equal(code, 1)
      assert.match(stderr.replaceAll(/\s*│?\s+/g, ' '), /certificate signed by unknown authority/)
    } finally {
      await terraform.close()
    }
  })
})

function sumsName(): string {
  return `terraform-provider-antipode_${RUNTIME_VERSION}_SHA256SUMS`
}

function goPlatform(): string {
  return `${process.platform}_${process.arch === 'x64' ? 'amd64' : process.arch}`
}
