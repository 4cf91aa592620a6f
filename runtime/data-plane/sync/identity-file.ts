import { createHash } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { writeDurably } from '../cache/durable-file.ts'
import type { TlsIdentity } from './instance-identity.ts'

/** What a data plane has been given since it was configured, and starts with the next time. */
export interface KeptIdentity {
  readonly leaf: TlsIdentity | null
  /** PEM of the authorities to trust; null for those configured. */
  readonly anchors: string | null
  /** PEM of those trusted earlier, for what is in the cache. */
  readonly pastAnchors: string
  /** The newest signed directory of regions; null where none has come. */
  readonly directory: string | null
}

/**
 * The newest leaf, authorities and directory on disk, readable by the data plane's user alone, so that a restart needs
 * neither the bundle nor the authority it was configured with. Whoever configures another bundle, token or authority
 * starts from that again; only the cache is still read by those trusted before.
 */
export class IdentityFile {
  readonly #path: string | null
  readonly #source: string
  readonly #logger: Logger
  #writing: Promise<void> = Promise.resolve()

  /** @param configured everything that was configured of identity and trust. @param folder null keeps nothing */
  constructor(folder: string | null, configured: readonly string[], logger: Logger) {
    this.#path = folder === null ? null : join(folder, 'identity.json')
    this.#source = createHash('sha256').update(JSON.stringify(configured)).digest('hex')
    this.#logger = logger
  }

  async read(): Promise<KeptIdentity | undefined> {
    if (this.#path === null) return undefined
    try {
      const { source, ...kept } = JSON.parse(await readFile(this.#path, 'utf8')) as KeptIdentity & { source: string }
      if (source === this.#source) return kept
      // What is in the cache was verified by those who were trusted then, whoever is configured now.
      return { leaf: null, anchors: null, pastAnchors: `${kept.anchors ?? ''}\n${kept.pastAnchors}`, directory: null }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
        this.#logger.error({ reason: (error as Error).message }, 'the kept identity cannot be read')
      }
      return undefined
    }
  }

  /** One after the other; what cannot be written costs a start with what was configured. */
  write(kept: KeptIdentity): Promise<void> {
    const path = this.#path
    if (path === null) return Promise.resolve()
    this.#writing = this.#writing.then(async () => {
      try {
        await mkdir(join(path, '..'), { recursive: true, mode: 0o700 })
        await writeDurably(path, JSON.stringify({ source: this.#source, ...kept }))
      } catch (error) {
        this.#logger.error({ reason: (error as Error).message }, 'the identity cannot be kept')
      }
    })
    return this.#writing
  }
}
