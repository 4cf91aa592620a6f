import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { ANTIPODE } from '../cli-process.ts'
import { MotoServer, motoMissing } from '../moto-server.ts'

const EXAMPLE = fileURLToPath(new URL('../../../stacks/examples/active-passive.ts', import.meta.url))
const NAMES = ['authority', 'admin-key', 'keyring', 'control-plane-identity', 'data-plane-identity']
const PLACES = ['us-east-1', 'us-west-2'].flatMap((region) =>
  NAMES.map((name) => ({ region, name: `payments/${region}/${name}` })),
)

describe('antipode credentials', { skip: motoMissing }, () => {
  let moto: MotoServer
  let directory: string

  before(async () => {
    moto = await MotoServer.start()
    directory = mkdtempSync(join(tmpdir(), 'antipode-credentials-test-'))
  })

  after(async () => {
    await moto?.stop()
    rmSync(directory, { recursive: true, force: true })
  })

  const client = (region: string) =>
    new SecretsManagerClient({
      region,
      endpoint: moto.endpoint,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    })

  const value = async ({ region, name }: { region: string; name: string }) =>
    (await client(region).send(new GetSecretValueCommand({ SecretId: name }))).SecretString ?? ''

  async function credentials(...flags: readonly string[]) {
    const child = spawn(process.execPath, [ANTIPODE, 'credentials', EXAMPLE, ...flags], {
      cwd: directory,
      env: { ...process.env, ...moto.env, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
    const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended])
    return { stdout, stderr, code }
  }

  test('says which stack to apply when the secrets are not there, and writes nothing', async () => {
    const { code, stderr } = await credentials('--yes')
    assert.equal(code, 1)
    assert.match(
      stderr,
      /secret payments\/us-[a-z0-9-]+\/[a-z-]+ in (us-\w+-\d): it is not there; apply the foundation stack of \1 first/,
    )
  })

  test('plans, fills, keeps, and renews only what is no longer good', async () => {
    for (const { region, name } of PLACES) await client(region).send(new CreateSecretCommand({ Name: name }))

    const planned = await credentials()
    assert.equal(planned.code, 0, planned.stderr)
    assert.match(planned.stdout, /fill {3}us-east-1 +payments\/us-east-1\/authority\n/)
    assert.match(planned.stdout, /Would write 10 secrets\. Run it: add --yes\n$/)
    await assert.rejects(value(PLACES[0]!), { name: 'ResourceNotFoundException' })

    const done = await credentials('--yes', '--json', '--operator', 'operator')
    assert.equal(done.code, 0, done.stderr)
    const result = JSON.parse(done.stdout)
    assert.equal(result.written.length, 10)
    const authority = new X509Certificate(JSON.parse(await value(PLACES[0]!)).certificate)
    for (const { region, name } of PLACES.filter(({ name }) => name.endsWith('identity'))) {
      const identity = JSON.parse(await value({ region, name }))
      assert.ok(new X509Certificate(identity.certificate).verify(authority.publicKey), name)
    }
    const told = `${done.stdout}${done.stderr}${planned.stdout}`
    for (const place of PLACES) assert.ok(!told.includes(JSON.parse(JSON.stringify(await value(place)))))
    assert.ok(!/PRIVATE KEY/.test(told))

    const operator = (file: string) => join(directory, 'operator', file)
    const certificate = new X509Certificate(readFileSync(operator('operator.crt')))
    assert.equal(certificate.subjectAltName, 'URI:spiffe://payments/operator')
    assert.ok(certificate.verify(authority.publicKey))
    assert.equal(statSync(operator('operator.key')).mode & 0o777, 0o600)

    const before = await Promise.all(PLACES.map(value))
    const again = await credentials('--yes')
    assert.match(again.stdout, /Every secret is filled, and no certificate is running out\.\n$/)
    assert.deepEqual(await Promise.all(PLACES.map(value)), before)

    const broken = { region: 'us-west-2', name: 'payments/us-west-2/control-plane-identity' }
    await client(broken.region).send(new PutSecretValueCommand({ SecretId: broken.name, SecretString: '{}' }))
    const renewed = await credentials('--yes')
    assert.match(renewed.stdout, /renew {2}us-west-2 +payments\/us-west-2\/control-plane-identity: it holds no cert/)
    assert.match(
      renewed.stdout,
      /Wrote 1 secret\. Running tasks take a renewed certificate when they are next deployed/,
    )
    const after = await Promise.all(PLACES.map(value))
    assert.equal(after.filter((text, index) => text !== before[index]).length, 1)
  })
})
