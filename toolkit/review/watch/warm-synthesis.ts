import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { dirname, extname, join, resolve } from 'node:path'
import { readSynthesis } from '../read/read-synthesis.ts'
import { refusalOf, type Synthesised, type Synthesiser, synthesiseTree, type Tree } from '../read/synthesise-tree.ts'

/**
 * Synthesises one tree again and again, each time in a process that was started before it was needed: CDKTF takes most
 * of a second to load. A process synthesises once, since a topology's file stays loaded in it.
 */
export class WarmSynthesis {
  readonly #tree: Tree
  readonly #synthesiser: Synthesiser
  #next: Promise<ChildProcess> | undefined

  constructor(tree: Tree, synthesiser: Synthesiser) {
    this.#tree = tree
    this.#synthesiser = synthesiser
  }

  /** Starts the process of the next synthesis, if the tree's app is one that can wait. */
  async prepare(): Promise<void> {
    this.#next ??= (await this.#program()) === undefined ? undefined : this.#start()
    await this.#next
  }

  /** The code of the app has changed: what is loaded is of yesterday. */
  async discard(): Promise<void> {
    const waiting = this.#next
    this.#next = undefined
    ;(await waiting?.catch(() => undefined))?.kill()
  }

  async synthesise(outdir: string): Promise<Synthesised> {
    const { topologyFile } = this.#synthesiser
    const child = await this.#next?.catch(() => undefined)
    this.#next = undefined
    if (!child || topologyFile === null) return synthesiseTree(this.#tree, outdir, this.#synthesiser)
    await mkdir(outdir, { recursive: true })
    const refusal = join(outdir, 'refusal')
    let said = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    const ended = once(child, 'close') as Promise<[number | null]>
    child.send({ files: [resolve(this.#tree.folder, topologyFile)], outdir, refusal })
    const [code] = await ended
    if (code === 0) return { snapshot: await readSynthesis(outdir, this.#tree.label, this.#tree.commit) }
    return { refusal: await refusalOf(this.#tree, refusal, said.trim() || `it ended with code ${code}`) }
  }

  /** Beside the app of the tree, or beside ours; undefined for an app of somebody's own, which is started each time. */
  async #program(): Promise<string | undefined> {
    const settings = join(this.#tree.folder, 'cdktf.json')
    const { app } = existsSync(settings) ? (JSON.parse(await readFile(settings, 'utf8')) as { app?: string }) : {}
    const main = app === undefined ? this.#synthesiser.program : /^node (\S+)$/.exec(app)?.[1]
    if (main === undefined) return undefined
    const program = join(dirname(resolve(this.#tree.folder, main)), `warm-main${extname(main)}`)
    return existsSync(program) ? program : undefined
  }

  async #start(): Promise<ChildProcess> {
    const child = fork((await this.#program()) ?? '', [], {
      cwd: this.#tree.folder,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: { ...process.env, CHECKPOINT_DISABLE: '1' },
    })
    const [said] = (await Promise.race([once(child, 'message'), once(child, 'close')])) as [unknown]
    if (said === 'warm') return child
    throw new Error('the app did not start')
  }
}
