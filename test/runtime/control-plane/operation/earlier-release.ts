import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { ROOT, read } from '../../../presubmit/source-tree.ts'

const MIGRATIONS = 'runtime/control-plane/database/migrations.ts'
/** What a control plane runs from. */
const PARTS = ['runtime', 'toolkit', 'topology', 'package.json']

/** The commit before the schema got the last of its steps; undefined where the history does not reach there. */
export function commitBeforeLastMigration(): string | undefined {
  const steps = (text: string) => text.split('\n').filter((line) => line === '  `,').length
  const here = steps(read(MIGRATIONS))
  try {
    const commits = git('log', '--format=%H', '--', MIGRATIONS).trim().split('\n')
    const before = commits.findIndex((commit) => steps(git('show', `${commit}:${MIGRATIONS}`)) < here)
    const added = commits[before - 1]
    return added && git('rev-parse', `${added}~1`).trim()
  } catch {
    return undefined
  }
}

/** The runtime as it was at a commit, in a folder of its own. */
export class EarlierRelease {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'antipode-test-'))

  constructor(commit: string) {
    const archive = execFileSync('git', ['-C', ROOT, 'archive', commit, ...PARTS], { maxBuffer: 2 ** 28 })
    execFileSync('tar', ['-x', '-C', this.#folder], { input: archive })
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(this.#folder, 'node_modules'))
  }

  /** Its `antipode`. */
  get program(): string {
    return path.join(this.#folder, 'toolkit/cli.ts')
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

function git(...args: string[]): string {
  return execFileSync('git', ['-C', ROOT, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
}
