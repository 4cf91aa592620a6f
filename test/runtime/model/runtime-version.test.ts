import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { RUNTIME_VERSION } from '../../../runtime/model/runtime-version.ts'

test('the runtime says the version of its package', () => {
  const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'))
  assert.equal(RUNTIME_VERSION, version)
})
