import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import type { AntipodeError } from '../../../../runtime/model/errors.ts'
import type { CommandContext } from '../../../../toolkit/command.ts'
import { addDrillCommands } from '../../../../toolkit/drill/commands.ts'

const folder = mkdtempSync(join(tmpdir(), 'antipode-live-command-'))
after(() => rmSync(folder, { recursive: true }))
const drills = fileURLToPath(new URL('../../../../drills/', import.meta.url))
const LIVE = join(drills, 'live/lose-data-plane.yaml')

/** `antipode drill …` in this process; what it said, and its failure. */
async function drill(...args: string[]): Promise<{ said: string; result: object; failure: AntipodeError | undefined }> {
  let said = ''
  let result: object = {}
  const context: CommandContext = {
    ...{ json: false, color: false, interactive: false, cwd: folder, env: process.env },
    signal: new AbortController().signal,
    say: (text) => {
      said += `${text}\n`
    },
    progress: (text) => {
      said += `${text}\n`
    },
    result: (value) => {
      result = value
    },
  }
  const program = new Command().exitOverride()
  const programs = { antipode: '', synth: '' }
  addDrillCommands(program, context, {
    programs,
    compareControlPlanes: async () => ({ differences: [], failed: [] }),
  })
  const failure = await program.parseAsync(['drill', ...args], { from: 'user' }).then(
    () => undefined,
    (error: AntipodeError) => error,
  )
  process.exitCode = 0
  return { said, result, failure }
}

test('a file that says mode: live starts nothing by itself', async () => {
  const { failure, said } = await drill(LIVE)
  assert.equal(failure?.code, 'DRILL_NOT_STARTED')
  assert.match(failure?.message ?? '', /mode: live, which nothing but --live and --until starts/)
  assert.equal(said, '')
})

test('nor does a variable, nor one file among many', async () => {
  process.env.ANTIPODE_LIVE = '1'
  try {
    assert.equal((await drill(LIVE)).failure?.code, 'DRILL_NOT_STARTED')
    const { said } = await drill('all', join(drills, 'live'))
    const ready = readdirSync(join(drills, 'live'))
    assert.ok(ready.length > 2)
    for (const file of ready) assert.match(said, new RegExp(`^REFUSED +${file} .*nothing but --live`, 'm'))
  } finally {
    delete process.env.ANTIPODE_LIVE
  }
})

test('--live needs a file that says so, an end, and no engine of this machine', async () => {
  for (const [args, message] of [
    [[join(drills, 'lose-data-plane.yaml'), '--live'], /--live is for a drill whose file says mode: live/],
    [[LIVE, '--live'], /--live needs --until: a length of time such as \d+m/],
    [[LIVE, '--live', '--until', '30m'], /--live needs --undo-role/],
    [[LIVE, '--live', '--until', '30m', '--engine', 'docker'], /--engine is for rehearsals/],
    [[LIVE, '--live', '--until', '30m', '--name-server', 'ns.example'], /--name-server is an IPv4 address/],
  ] as const) {
    const { failure, said } = await drill(...args)
    assert.equal(failure?.code, 'USAGE', args.join(' '))
    assert.match(failure?.message ?? '', message)
    assert.equal(said, '')
  }
})

test('a prediction of a live drill promises nothing about configuration', async () => {
  const { said, failure } = await drill('predict', LIVE)
  assert.equal(failure, undefined)
  assert.match(said, /^ {2}RTO \(callers\) +60 s +51 s$/m)
  assert.doesNotMatch(said, /RPO/)
})

test('there may be nothing to heal', async () => {
  const { said, result } = await drill('heal', '--data-dir', folder)
  assert.match(said, /^nothing to take back: there is no /)
  assert.deepEqual(result, { undone: [] })
})
