import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { differences } from './compare-stacks.ts'
import { ALIASES, copyWithAliases, WITHOUT } from './copy.ts'

/**
 * Proves that the constructs work on CDK Terrain, the community's successor of CDKTF, without a change of source: in a
 * copy of this tree whose framework is an alias, both examples synthesise to the same stacks, the tests of constructs
 * and stacks pass, and an example passes the offline check. It needs npm's registry. Exits 1 where something differs.
 */
const root = fileURLToPath(new URL('../..', import.meta.url))
/** What a test says that needs a package without counterpart: it is counted, and no failure. */
const NOT_THERE = [
  /@cdktf\/provider-cloudflare is needed|Cannot find (module|package) '@cdktf\/provider-cloudflare/,
  /cdktf-cli/,
]

interface Failure {
  readonly name: string
  readonly error: string
}

const path = [dirname(process.execPath), process.env.PATH].join(delimiter)
const env = { ...process.env, PATH: path, CHECKPOINT_DISABLE: '1' }
const directory = mkdtempSync(join(tmpdir(), 'antipode-cdktn-'))
const failed: string[] = []
try {
  process.stdout.write(`installing ${Object.values(ALIASES).join(', ')}; without ${WITHOUT.join(', ')}\n`)
  copyWithAliases(root, directory)
  synthesised()
  tested()
  checked()
} finally {
  rmSync(directory, { recursive: true, force: true })
}
process.stdout.write(
  failed.length === 0 ? 'the same on CDK Terrain\n' : `failed on CDK Terrain: ${failed.join(', ')}\n`,
)
process.exitCode = failed.length === 0 ? 0 : 1

function synthesised(): void {
  const outdirs = [root, directory].map((cwd, index) => {
    const outdir = join(directory, `out-${index}`)
    step(index === 0 ? 'synth of both examples on CDKTF' : 'the same on CDK Terrain', cwd, ['stacks/main.ts'], {
      CDKTF_OUTDIR: outdir,
    })
    return outdir
  })
  const found = failed.length === 0 ? differences(outdirs[0]!, outdirs[1]!) : []
  if (found.length > 0) failed.push('synthesised stacks')
  process.stdout.write(
    [`${mark(found.length === 0)} compared stacks: ${found.length} differences`, ...found, ''].join('\n'),
  )
}

function tested(): void {
  const files = ['constructs', 'stacks'].flatMap((room) => {
    const names = readdirSync(join(directory, 'test', room)).filter((name) => name.endsWith('.test.ts'))
    return names.map((name) => join('test', room, name))
  })
  const reporter = '--test-reporter=./test/cdktn/failure-reporter.ts'
  const { stdout } = spawnSync(process.execPath, ['--test', '--test-concurrency=1', reporter, ...files], {
    cwd: directory,
    env,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  const lines = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Partial<Failure> & { passed?: number })
  const passed = lines.at(-1)?.passed ?? 0
  const failures = lines.filter((line): line is Failure => line.name !== undefined)
  const unable = failures.filter(({ error }) => NOT_THERE.some((reason) => reason.test(error)))
  const broken = failures.filter((failure) => !unable.includes(failure))
  if (broken.length > 0 || passed === 0) failed.push('tests of constructs and stacks')
  const counts = `${passed} passed, ${broken.length} failed, ${unable.length} need ${WITHOUT.join(' or ')}`
  const said = broken.map(({ name, error }) => `  ${name}\n    ${error.replaceAll('\n', '\n    ')}`)
  process.stdout.write(
    `${[`${mark(broken.length === 0)} tests of constructs and stacks: ${counts}`, ...said].join('\n')}\n`,
  )
}

function checked(): void {
  const terraform = process.env.ANTIPODE_TERRAFORM ?? 'terraform'
  if (spawnSync(terraform, ['version']).error) {
    process.stdout.write('– offline check: skipped, needs terraform on the PATH\n')
    return
  }
  step('offline check', directory, ['toolkit/cli.ts', 'synth', 'stacks/examples/active-passive.ts', '--check'])
}

/** Runs Node there, and shows what it said where it fails. */
function step(what: string, cwd: string, args: readonly string[], more: NodeJS.ProcessEnv = {}): void {
  const run = spawnSync(process.execPath, args, { cwd, env: { ...env, ...more }, encoding: 'utf8', maxBuffer: 2 ** 28 })
  const ok = run.status === 0
  process.stdout.write(`${mark(ok)} ${what}\n`)
  if (ok) return
  failed.push(what)
  process.stdout.write(`${run.stdout}\n${run.stderr}\n`)
}

function mark(ok: boolean): string {
  return ok ? '✔' : '✖'
}
