import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, realpath, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Commit } from '../snapshot.ts'
import { refuse } from './refuse.ts'

const run = promisify(execFile)

/** A commit's files in a folder of their own. */
export interface Checkout {
  readonly folder: string
  readonly commit: Commit
  /** Adds what was left out at first. */
  complete(): Promise<void>
  remove(): Promise<void>
}

/** What no app is made of, and what most files of a repository are: making a file costs more than reading one. */
const LEFT_OUT = ['test', 'tests', 'docs']

/** Together they wait for a second, on average. */
const ATTEMPTS = 10
/** Milliseconds, at most, for each attempt before. */
const PAUSE = 40

/** A repository, as far as a review asks it. */
export class Repository {
  readonly root: string

  private constructor(root: string) {
    this.root = root
  }

  /** The repository that a folder is in. @throws AntipodeError REVIEW_INPUT_REFUSED */
  static async at(folder: string): Promise<Repository> {
    try {
      return new Repository((await git(folder, 'rev-parse', '--show-toplevel')).trim())
    } catch (error) {
      throw refuse(folder, `is in no git repository: ${reasonOf(error)}`)
    }
  }

  /** A file's path from the root, however the folder that it was named from is reached. */
  async pathOf(cwd: string, file: string): Promise<string> {
    const folder = await realpath(cwd)
    return relative(await realpath(this.root), resolve(folder, file)).replaceAll('\\', '/')
  }

  /** @throws AntipodeError REVIEW_INPUT_REFUSED where there is no such commit */
  async commit(ref: string): Promise<Commit> {
    try {
      const said = await git(this.root, 'log', '-1', '--format=%H %cI', '--end-of-options', ref, '--')
      const [id = '', at = ''] = said.trim().split(' ')
      return { id, at: new Date(at).toISOString().replace('.000Z', 'Z') }
    } catch (error) {
      const hint = /unknown revision|bad revision|ambiguous argument|bad object/.test(reasonOf(error))
        ? 'there is no such branch, tag or commit here; a shallow clone lacks the base: fetch it, with its history'
        : reasonOf(error)
      throw refuse(ref, hint)
    }
  }

  /** The commit at which two histories parted: a pull request is compared with that, not with what came after. */
  async mergeBase(base: string, head: string): Promise<string> {
    try {
      return (await git(this.root, 'merge-base', '--', base, head)).trim()
    } catch {
      return base
    }
  }

  /**
   * Checks a commit out beside the repository, with the packages that are installed in it, and at first without tests
   * and documentation.
   *
   * @param needed a file that has to be there
   */
  async checkOut(ref: string, needed: string | null): Promise<Checkout> {
    const commit = await this.commit(ref)
    const parent = await mkdtemp(join(tmpdir(), 'antipode-review-'))
    const folder = join(parent, 'tree')
    const remove = async (): Promise<void> => {
      await worktree(this.root, 'remove', '--force', folder).catch(() => undefined)
      await rm(parent, { recursive: true, force: true })
    }
    try {
      await worktree(this.root, 'add', '--quiet', '--detach', '--no-checkout', folder, commit.id)
      const without = LEFT_OUT.filter((name) => !needed?.startsWith(`${name}/`))
      await git(folder, 'checkout', '--quiet', commit.id, '--', '.', ...without.map((name) => `:(exclude,top)${name}`))
      const packages = join(this.root, 'node_modules')
      if (existsSync(packages) && !existsSync(join(folder, 'node_modules'))) {
        await symlink(packages, join(folder, 'node_modules'), 'dir')
      }
      const complete = async () => void (await git(folder, 'checkout', '--quiet', commit.id, '--', '.'))
      return { folder, commit, complete, remove }
    } catch (error) {
      await remove()
      throw refuse(ref, `cannot be checked out: ${reasonOf(error)}`)
    }
  }

  /** A file of a commit; undefined where it is not there. */
  async file(ref: string, path: string): Promise<string | undefined> {
    return git(this.root, 'show', `${ref}:${path}`).catch(() => undefined)
  }

  /** Files below a folder of a commit, with the id of each one's content. */
  async files(ref: string, folder: string): Promise<ReadonlyMap<string, string>> {
    const said = await git(this.root, 'ls-tree', '-r', ref, '--', `${folder}/`).catch(() => '')
    const lines = said.split('\n').flatMap((line) => {
      const [, id, path] = /^\d+ blob (\w+)\t(.+)$/.exec(line) ?? []
      return id && path ? [[path, id] as const] : []
    })
    return new Map(lines)
  }

  /** Files of a commit with a line in which these words stand. */
  async grep(ref: string, pattern: string, ...paths: readonly string[]): Promise<readonly string[]> {
    const said = await git(this.root, 'grep', '-lE', pattern, ref, '--', ...paths).catch(() => '')
    return said.split('\n').flatMap((line) => (line === '' ? [] : [line.slice(line.indexOf(':') + 1)]))
  }
}

async function git(cwd: string, ...args: readonly string[]): Promise<string> {
  const env = { ...process.env, GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' }
  const { stdout } = await run('git', args, { cwd, env, maxBuffer: 64 * 1_024 * 1_024 })
  return stdout
}

/**
 * Git looks at all worktrees as it adds or removes one, and fails where another is half made or half gone (`failed to read
 * .git/worktrees/tree/commondir`). Both sides of a review are checked out at once, and other reviews may be, too.
 */
async function worktree(root: string, ...args: readonly string[]): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await git(root, 'worktree', ...args)
      return
    } catch (error) {
      if (attempt === ATTEMPTS || !/worktrees\//.test(reasonOf(error))) throw error
      await sleep(Math.random() * PAUSE * attempt)
    }
  }
}

function reasonOf(error: unknown): string {
  const { stderr, message } = error as { readonly stderr?: string; readonly message: string }
  return (
    (stderr || message)
      .trim()
      .split('\n')[0]
      ?.replace(/^fatal: /, '') ?? message
  )
}
