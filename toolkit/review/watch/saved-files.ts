import { execFile } from 'node:child_process'
import { type FSWatcher, watch } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const SETTLED_MILLISECONDS = 25
const WATCHED = /\.(ts|mts|js|mjs|json|ya?ml)$/

/**
 * Says which files were saved, once they are whole: editors write in several steps. Only folders that git knows, or
 * would, are watched.
 */
export class SavedFiles {
  readonly #watchers: FSWatcher[] = []
  readonly #pending = new Set<string>()
  #timer: NodeJS.Timeout | undefined

  static async of(root: string, saved: (files: readonly string[]) => void): Promise<SavedFiles> {
    const { stdout } = await promisify(execFile)('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
      cwd: root,
      maxBuffer: 64 * 1_024 * 1_024,
    })
    const files = stdout.split('\n').filter((file) => WATCHED.test(file))
    return new SavedFiles(root, new Set(['.', ...files.map((file) => dirname(file))]), saved)
  }

  private constructor(root: string, folders: ReadonlySet<string>, saved: (files: readonly string[]) => void) {
    for (const folder of folders) {
      try {
        const watcher = watch(join(root, folder), (_, name) => {
          if (name && WATCHED.test(name)) this.#note(join(folder, name), saved)
        })
        // A folder may go while it is watched.
        watcher.on('error', () => undefined)
        this.#watchers.push(watcher)
      } catch {
        // It went before it was watched.
      }
    }
  }

  close(): void {
    clearTimeout(this.#timer)
    for (const watcher of this.#watchers) watcher.close()
  }

  #note(file: string, saved: (files: readonly string[]) => void): void {
    this.#pending.add(file)
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      const files = [...this.#pending]
      this.#pending.clear()
      saved(files)
    }, SETTLED_MILLISECONDS)
  }
}
