import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import path from 'node:path'

export interface Hold {
  readonly by: string
  readonly since: string
}

/**
 * An operator's hold on a standby: it is not promoted while its writer goes on alone. Kept in a file beside the
 * database and not inside it, since a standby's database cannot be written and a rebuilt one forgets.
 */
export class HoldFile {
  readonly #file: string
  #hold: Hold | null

  private constructor(file: string, hold: Hold | null) {
    this.#file = file
    this.#hold = hold
  }

  static async open(folder: string): Promise<HoldFile> {
    await mkdir(folder, { recursive: true })
    const file = path.join(folder, 'hold.json')
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null
      throw error
    })
    return new HoldFile(file, text === null ? null : JSON.parse(text))
  }

  get current(): Hold | null {
    return this.#hold
  }

  /** Durable once it returns. What is to be held is held from the first moment. */
  async set(hold: Hold | null): Promise<void> {
    if (hold) {
      this.#hold = hold
      const beside = await open(`${this.#file}.new`, 'w')
      await beside.writeFile(`${JSON.stringify(hold)}\n`)
      await beside.sync()
      await beside.close()
      await rename(`${this.#file}.new`, this.#file)
    } else {
      await rm(this.#file, { force: true })
    }
    const folder = await open(path.dirname(this.#file))
    await folder.sync()
    await folder.close()
    this.#hold = hold
  }
}
