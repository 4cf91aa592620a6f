import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A repository with an app of its own, which synthesises whatever `stacks.json` says. */
export class SmallRepository {
  readonly folder = mkdtempSync(join(tmpdir(), 'review-repository-'))

  constructor() {
    this.#git('init', '--quiet', '--initial-branch', 'main')
    this.#git('config', 'user.name', 'test')
    this.#git('config', 'user.email', 'test@example.com')
    this.#git('config', 'commit.gpgsign', 'false')
    this.write('cdktf.json', JSON.stringify({ app: 'node app.mjs' }))
    this.write('app.mjs', APP)
  }

  write(file: string, text: string): void {
    mkdirSync(dirname(join(this.folder, file)), { recursive: true })
    writeFileSync(join(this.folder, file), text)
  }

  /** What the app makes: by stack, type and name. */
  describe(resource: object, more: object = {}): void {
    this.write('stacks.json', JSON.stringify({ resource, ...more }))
  }

  commit(branch?: string): string {
    if (branch) this.#git('checkout', '--quiet', '-B', branch)
    this.#git('add', '--all')
    this.#git('commit', '--quiet', '--allow-empty', '--message', 'change')
    return this.#git('rev-parse', 'HEAD').trim()
  }

  worktrees(): number {
    return this.#git('worktree', 'list').trim().split('\n').length
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  #git(...args: string[]): string {
    return execFileSync('git', args, { cwd: this.folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  }
}

export const APP = `
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
const out = process.env.CDKTF_OUTDIR
const document = JSON.parse(readFileSync('stacks.json', 'utf8'))
if (document.broken) { console.error('stacks.json: ' + document.broken); process.exit(1) }
mkdirSync(join(out, 'stacks', 'edge'), { recursive: true })
const provider = { aws: [{ region: 'eu-west-1' }] }
writeFileSync(join(out, 'stacks', 'edge', 'cdk.tf.json'), JSON.stringify({ provider, ...document }))
const edge = { name: 'edge', synthesizedStackPath: 'stacks/edge/cdk.tf.json', dependencies: [] }
writeFileSync(join(out, 'manifest.json'), JSON.stringify({ stacks: { edge } }))
`
