import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { findRegistryFile } from '../../../../runtime/control-plane/provider-registry/registry-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'antipode-test-'))
const registry = join(folder, 'registry')
const provider = join(registry, 'v1', 'providers', 'antipode', 'antipode')
mkdirSync(join(provider, '1.0.0', 'download', 'linux'), { recursive: true })
mkdirSync(join(registry, '.well-known'))
const FILES = {
  '/.well-known/terraform.json': 'application/json',
  '/v1/providers/antipode/antipode/versions': 'application/json',
  '/v1/providers/antipode/antipode/1.0.0/download/linux/amd64': 'application/json',
  '/v1/providers/antipode/antipode/1.0.0/a_1.0.0_linux_amd64.zip': 'application/zip',
  '/v1/providers/antipode/antipode/1.0.0/a_1.0.0_SHA256SUMS': 'text/plain',
  '/v1/providers/antipode/antipode/1.0.0/a_1.0.0_SHA256SUMS.sig': 'application/octet-stream',
}
for (const path of Object.keys(FILES)) writeFileSync(join(registry, path), path)
writeFileSync(join(folder, 'secret'), 'secret')
writeFileSync(join(registry, 'beside'), 'beside')
writeFileSync(join(provider, '.hidden'), 'hidden')
after(() => rmSync(folder, { recursive: true, force: true }))

for (const [path, type] of Object.entries(FILES)) {
  test(`${path} is handed out as ${type}`, async () => {
    const found = await findRegistryFile(registry, path)
    assert.equal(found?.type, type)
    assert.equal(found.size, path.length)
    assert.equal(await found.handle.readFile('utf8'), path)
    await found.handle.close()
  })
}

for (const path of [
  '/',
  '/beside',
  '/v1/providers/',
  '/v1/providers/antipode/antipode',
  '/v1/providers/antipode/antipode/.hidden',
  '/v1/providers/antipode/antipode/2.0.0/download/linux/amd64',
  '/v1/providers/antipode/antipode/versions/more',
  '/v1/providers/../../beside',
  '/v1/providers/../../../secret',
  '/v1/providers/..%2f..%2f..%2fsecret',
  '/v1/providers/antipode//versions',
  '/.well-known/../../secret',
]) {
  test(`${path} is not handed out`, async () => {
    assert.equal(await findRegistryFile(registry, path), undefined)
  })
}
