import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Breakage, BrokenBuild } from './broken-build.ts'

async function runBroken(breakage: Breakage, ...args: string[]) {
  const build = new BrokenBuild(breakage)
  try {
    return await build.run(...args)
  } finally {
    build.close()
  }
}

test('without the lease check, the partition drill finds two writers and fails', async () => {
  const { code, output } = await runBroken(
    {
      file: 'runtime/control-plane/replication/lease.ts',
      text: 'return this.remaining > 0',
      becomes: 'return true',
    },
    ...['toolkit/cli.ts', 'drill', 'drills/partition.yaml', '--json'],
  )
  const line = output.split('\n').findLast((text) => text.startsWith('{"'))
  assert.equal(code, 1, output)
  const { verdict, reasons } = JSON.parse(line!)
  assert.equal(verdict, 'FAIL', output)
  assert.match(JSON.stringify(reasons), /writers/)
})

test('without the epoch check, a data plane follows a stale configuration and its test fails', async () => {
  const intact = await runBroken(
    { file: 'package.json', text: '"private": true', becomes: '"private":  true' },
    ...['--test', '--test-name-pattern', 'an older version is refused', 'test/runtime/data-plane/sync.test.ts'],
  )
  assert.equal(intact.code, 0, intact.output)
  const broken = await runBroken(
    {
      file: 'runtime/data-plane/configuration/held-configuration.ts',
      text: 'if (highest && compareVersions(frame.version, highest.version) < 0) {',
      becomes: 'if (highest && false) {',
    },
    ...['--test', '--test-name-pattern', 'an older version is refused', 'test/runtime/data-plane/sync.test.ts'],
  )
  assert.equal(broken.code, 1, broken.output)
  assert.match(broken.output, /not ok .* an older version is refused/)
})
