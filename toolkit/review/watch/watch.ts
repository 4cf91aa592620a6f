import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, normalize } from 'node:path'
import type { CommandContext } from '../../command.ts'
import { gather, type ReviewParts, type ReviewRequest } from '../gather.ts'
import { Repository } from '../read/git.ts'
import { filesOf, sourceOf } from '../read/sides.ts'
import { review } from '../review.ts'
import type { ReviewInput } from '../review-input.ts'
import { EXITS } from '../verdict.ts'
import { SavedFiles } from './saved-files.ts'
import { terminalText } from './terminal-text.ts'
import { WarmSynthesis } from './warm-synthesis.ts'

const WAITING = 'Waiting for a file to be saved.'

/** Reviews the working tree against the base, and again whenever a file is saved, until it is interrupted. */
export async function watch(request: ReviewRequest, parts: ReviewParts, context: CommandContext): Promise<void> {
  const first = await gather({ ...request, head: null, plans: [], offline: false }, parts)
  const repository = await Repository.at(request.cwd)
  const { root } = repository
  const topologyFile = request.topologyFile === null ? null : await repository.pathOf(request.cwd, request.topologyFile)
  const synthesiser = { program: parts.program, topologyFile, signal: request.signal }
  const warm = new WarmSynthesis({ folder: root, label: 'working tree', commit: null }, synthesiser)
  const folder = await mkdtemp(join(tmpdir(), 'antipode-review-watch-'))
  const queue = new Queue()
  const saved = await SavedFiles.of(root, (files) => {
    const began = performance.now()
    queue.add(async () => {
      // What the app is made of stays loaded in the process that waits; only the topology's own file does not.
      if (files.some((file) => normalize(file) !== normalize(topologyFile ?? ''))) await warm.discard()
      const input = await synthesiseAgain(first, warm, join(folder, `${began}`), topologyFile, root)
      say(input, context, began)
      await warm.prepare()
      context.progress(WAITING)
    })
  })
  try {
    say(first, context, performance.now())
    await warm.prepare()
    context.progress(WAITING)
    if (!request.signal.aborted) await once(request.signal, 'abort')
  } finally {
    saved.close()
    await queue.settled()
    await warm.discard()
    await rm(folder, { recursive: true, force: true })
  }
}

async function synthesiseAgain(
  first: ReviewInput,
  warm: WarmSynthesis,
  outdir: string,
  topologyFile: string | null,
  root: string,
): Promise<ReviewInput> {
  const { snapshot = null, refusal = null } = await warm.synthesise(outdir)
  const names = [...(snapshot?.topologies.keys() ?? first.base?.topologies.keys() ?? [])]
  const source = await sourceOf(root, filesOf(root), topologyFile, names)
  return { ...first, head: snapshot, refusal, source }
}

function say(input: ReviewInput, context: CommandContext, began: number): void {
  const found = review(input)
  const { level, headline, reasons } = found.verdict
  const seconds = Math.round(performance.now() - began) / 1_000
  context.say(`${terminalText(found)}\n`)
  context.result({ verdict: level, exit: EXITS[level], headline, reasons, seconds })
}

/** One at a time; of those that came meanwhile the last counts. */
class Queue {
  #running: Promise<void> | undefined
  #waiting: (() => Promise<void>) | undefined

  add(task: () => Promise<void>): void {
    this.#waiting = task
    this.#running ??= this.#run()
  }

  async settled(): Promise<void> {
    this.#waiting = undefined
    await this.#running
  }

  async #run(): Promise<void> {
    for (let task = this.#waiting; task; task = this.#waiting) {
      this.#waiting = undefined
      await task().catch((error: Error) => process.stderr.write(`${error.message}\n`))
    }
    this.#running = undefined
  }
}
