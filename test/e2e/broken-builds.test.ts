import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Breakage, BrokenBuild } from './broken-build.ts'

/** Each takes about a minute. */
const NIGHTLY = { skip: process.env.ANTIPODE_TEST_NIGHTLY ? false : 'runs at night, by test/nightly' }

const LEASE: Breakage = {
  file: 'runtime/control-plane/replication/lease.ts',
  text: 'return this.remaining > 0',
  becomes: 'return true',
}
const WAITING_TIME: Breakage = {
  file: 'runtime/control-plane/replication/lease.ts',
  text: 'return Math.max(0, this.#wait - (performance.now() - this.#since))',
  becomes: 'return 0',
}
const CONFIRMATION: Breakage = {
  file: 'runtime/control-plane/store/sequencer.ts',
  text: 'this.#pending.push(batch)',
  becomes:
    'this.#pending.push(batch); for (const { submission, answer } of batch.answers) this.#answer(submission, answer)',
}
const EPOCH: Breakage = {
  file: 'runtime/data-plane/configuration/held-configuration.ts',
  text: 'if (highest && compareVersions(frame.version, highest.version) < 0) {',
  becomes: 'if (highest && false) {',
}
const UNDO: Breakage = {
  file: 'toolkit/drill/run/fault-carrier.ts',
  text: 'for (const step of undo) await this.#carryOut(step)',
  becomes: 'void undo',
}

test('without the lease check, the partition drill finds two writers and fails', () =>
  failsBecause([LEASE], ['drills/partition.yaml'], /both said they may write/))

test("without the standby's waiting time, a partition finds two writers within the old lease and fails", NIGHTLY, () =>
  failsBecause([WAITING_TIME], ['test/e2e/early-promotion.yaml'], /both said they may write/),
)

test('without an undo, what holds afterwards fails', NIGHTLY, () =>
  failsBecause(
    [UNDO],
    ['test/e2e/undo.yaml'],
    /afterwards .*overrides == 0.* did not hold: dns in us-west-2 is in force/,
  ),
)

test('without confirmation, a kill under a link of 40 ms loses acknowledged writes and fails', NIGHTLY, () =>
  withBroken([CONFIRMATION], async (build) => {
    const { code, output } = await build.run('toolkit/cli.ts', 'up', 'stacks/examples/active-passive.ts', '--detach')
    assert.equal(code, 0, output)
    try {
      const slow = ['fault', 'slow', 'us-east-1', 'us-west-2', '40ms']
      assert.equal((await build.run('toolkit/cli.ts', ...slow)).code, 0)
      await drillFails(build, ['test/e2e/kill-under-slow-link.yaml'], /does not have \d+ acknowledged write/)
    } finally {
      await build.run('toolkit/cli.ts', 'down')
    }
  }),
)

test(
  'without the epoch check, data planes follow what was published in an earlier epoch, and the drill fails',
  NIGHTLY,
  () => failsBecause([EPOCH], ['test/e2e/stale-frames.yaml'], /us-east-1 went back from \(\d+,\d+\) to \(1,\d+\)/),
)

test('without the epoch check, a data plane follows a stale configuration and its test fails', async () => {
  const only = ['--test', '--test-name-pattern', 'an older version is refused', 'test/runtime/data-plane/sync.test.ts']
  const untouched = { file: 'package.json', text: '"private": true', becomes: '"private":  true' }
  await withBroken([untouched], async (build) => {
    const intact = await build.run(...only)
    assert.equal(intact.code, 0, intact.output)
  })
  await withBroken([EPOCH], async (build) => {
    const broken = await build.run(...only)
    assert.equal(broken.code, 1, broken.output)
    assert.match(broken.output, /not ok .* an older version is refused/)
  })
})

function failsBecause(breakages: readonly Breakage[], drill: readonly string[], reason: RegExp): Promise<void> {
  return withBroken(breakages, (build) => drillFails(build, drill, reason))
}

async function drillFails(build: BrokenBuild, drill: readonly string[], reason: RegExp): Promise<void> {
  const { code, output } = await build.run('toolkit/cli.ts', 'drill', ...drill, '--json')
  const line = output.split('\n').findLast((text) => text.startsWith('{"'))
  assert.equal(code, 1, output)
  const { verdict, reasons } = JSON.parse(line!)
  assert.equal(verdict, 'FAIL', output)
  assert.match(JSON.stringify(reasons), reason)
}

async function withBroken(breakages: readonly Breakage[], use: (build: BrokenBuild) => Promise<void>): Promise<void> {
  const build = new BrokenBuild(...breakages)
  try {
    await use(build)
  } finally {
    build.close()
  }
}
