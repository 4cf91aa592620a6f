import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { compareVersions } from '../../model/version.ts'
import type { HighestVersion } from '../configuration/held-configuration.ts'
import { writeDurably } from './durable-file.ts'

/** Remembers across restarts the newest version ever held, so that nobody can lead this data plane back. */
export class HighestVersionFile {
  readonly #path: string
  #written: HighestVersion | undefined
  #writing: Promise<void> = Promise.resolve()

  constructor(folder: string) {
    this.#path = join(folder, 'highest-version.json')
  }

  async read(logger: Logger): Promise<HighestVersion | undefined> {
    try {
      const { lineage, version } = JSON.parse(await readFile(this.#path, 'utf8')) as HighestVersion
      if (typeof lineage !== 'string' || !Number.isInteger(version.epoch) || !Number.isInteger(version.revision)) {
        throw new Error('it holds no version')
      }
      this.#written = { lineage, version }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
        logger.error({ file: this.#path, reason: (error as Error).message }, 'the highest version cannot be read')
      }
    }
    return this.#written
  }

  /** Resolves once this version, or a newer one, is on disk. */
  async write(highest: HighestVersion): Promise<void> {
    const previous = this.#writing
    this.#writing = previous.catch(() => {}).then(() => this.#writeIfNewer(highest))
    await this.#writing
  }

  async #writeIfNewer(highest: HighestVersion): Promise<void> {
    if (this.#written && compareVersions(highest.version, this.#written.version) <= 0) return
    await writeDurably(this.#path, `${JSON.stringify(highest)}\n`)
    this.#written = highest
  }
}
