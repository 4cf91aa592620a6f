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
/** Tests that cannot run there, by name: each is about one of the packages that have no counterpart. */
const SKIPPED = ['/cloudflare/i', '/plain `cdktf synth`/']

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
    step('synth of both examples', cwd, ['stacks/main.ts'], { CDKTF_OUTDIR: outdir })
    return outdir
  })
  const found = failed.length === 0 ? differences(outdirs[0]!, outdirs[1]!) : []
  if (found.length > 0) failed.push('synthesised stacks')
  process.stdout.write([`✔ compared stacks: ${found.length} differences`, ...found, ''].join('\n'))
}

function tested(): void {
  const files = ['constructs', 'stacks'].flatMap((room) => {
    const names = readdirSync(join(directory, 'test', room)).filter((name) => name.endsWith('.test.ts'))
    return names.map((name) => join('test', room, name))
  })
  const skips = SKIPPED.map((pattern) => `--test-skip-pattern=${pattern}`)
  step('tests of constructs and stacks', directory, ['--test', '--test-concurrency=1', ...skips, ...files])
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
function step(what: string, cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): void {
  const began = performance.now()
  const path = [dirname(process.execPath), process.env.PATH].join(delimiter)
  const run = spawnSync(process.execPath, args, {
    cwd,
    env: { ...process.env, PATH: path, CHECKPOINT_DISABLE: '1', ...env },
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  const ok = run.status === 0
  const seconds = ((performance.now() - began) / 1_000).toFixed(1)
  process.stdout.write(`${ok ? '✔' : '✖'} ${what}, ${seconds} s\n`)
  if (ok) return
  failed.push(what)
  process.stdout.write(`${run.stdout}\n${run.stderr}\n`)
}
