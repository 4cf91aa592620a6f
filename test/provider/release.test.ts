import assert from 'node:assert/strict'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { createMessage, generateKey, readKey, readSignature, verify } from 'openpgp'
import { openSigningKey } from '../../provider/distribution/signing-key.ts'
import { RUNTIME_VERSION } from '../../runtime/model/runtime-version.ts'
import { CommandLine } from '../toolkit/cli-process.ts'

describe('antipode provider release', () => {
  let commandLine: CommandLine
  let registry: string
  let keyFile: string
  const inRegistry = (path: string) => join(registry, 'v1', 'providers', 'antipode', 'antipode', path)
  const jsonOf = (file: string) => JSON.parse(readFileSync(file, 'utf8'))
  const release = (...args: string[]) =>
    commandLine.run('provider', 'release', '--dir', registry, '--signing-key', keyFile, '--json', ...args)

  before(async () => {
    commandLine = new CommandLine()
    registry = join(commandLine.directory, 'registry')
    keyFile = join(commandLine.directory, 'keys', 'signing.asc')
    // An older version is there already.
    mkdirSync(inRegistry('.'), { recursive: true })
    writeFileSync(inRegistry('versions'), JSON.stringify({ versions: [{ version: '0.0.1' }] }))
    const { code, stderr, stdout } = await release()
    assert.equal(code, 0, stderr)
    assert.equal(JSON.parse(stdout).isNewKey, true)
  })
  after(() => commandLine.close())

  it('makes a key that only its owner may read, and signs with it', async () => {
    assert.equal(statSync(keyFile).mode & 0o777, 0o600)
    const { shasums_url, shasums_signature_url, signing_keys } = jsonOf(
      inRegistry(`${RUNTIME_VERSION}/download/linux/arm64`),
    )
    const beside = (address: string) => inRegistry(join(RUNTIME_VERSION, 'download', 'linux', address))
    const [{ key_id, ascii_armor }] = signing_keys.gpg_public_keys
    const { signatures } = await verify({
      message: await createMessage({ binary: readFileSync(beside(shasums_url)) }),
      signature: await readSignature({ binarySignature: readFileSync(beside(shasums_signature_url)) }),
      verificationKeys: await readKey({ armoredKey: ascii_armor }),
    })
    assert.equal(await signatures[0]!.verified, true)
    assert.equal(signatures[0]!.keyID.toHex().toUpperCase(), key_id)
    assert.doesNotMatch(ascii_armor, /PRIVATE/)
  })

  it('keeps the versions that were released before', () => {
    const { versions } = jsonOf(inRegistry('versions')) as { versions: { version: string }[] }
    assert.deepEqual(
      versions.map(({ version }) => version),
      ['0.0.1', RUNTIME_VERSION],
    )
  })

  it('says the same again with the same key, and never releases other contents under the same version', async () => {
    const again = await release()
    assert.equal(again.code, 0, again.stderr)
    assert.equal(JSON.parse(again.stdout).isNewKey, false)
    appendFileSync(
      inRegistry(`${RUNTIME_VERSION}/terraform-provider-antipode_${RUNTIME_VERSION}_SHA256SUMS`),
      'other\n',
    )
    const { code, stderr } = await release()
    assert.equal(code, 2)
    assert.match(stderr, /is released in .* with other contents/)
  })

  it('keeps no key where it would be handed out', async () => {
    keyFile = join(registry, 'signing.asc')
    const { code, stderr } = await release()
    assert.equal(code, 2)
    assert.match(stderr, /keep the key outside/)
    assert.ok(!existsSync(keyFile))
  })
})

describe('a key that signs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'antipode-test-'))
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('may have a passphrase', async () => {
    const file = join(folder, 'locked.asc')
    const userIDs = [{ name: 'somebody' }]
    writeFileSync(file, (await generateKey({ userIDs, passphrase: 'open sesame' })).privateKey)
    assert.equal((await openSigningKey(file, 'open sesame')).isNew, false)
    await assert.rejects(openSigningKey(file), { code: 'USAGE', message: /it is locked; give its passphrase/ })
    await assert.rejects(openSigningKey(file, 'wrong'), { code: 'USAGE', message: /Incorrect key passphrase/ })
  })

  it('is refused where it is none', async () => {
    const file = join(folder, 'none.asc')
    writeFileSync(file, 'none')
    await assert.rejects(openSigningKey(file), { code: 'USAGE', message: /is no OpenPGP key to sign with/ })
  })
})
