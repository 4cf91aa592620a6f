import { readdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { AntipodeError } from '../../../runtime/model/errors.ts'
import type { CommandContext } from '../../command.ts'
import type { DrillFlags, DrillSurroundings } from '../commands.ts'
import { loadDrill } from '../compile/load-drill.ts'
import { type LibraryRun, renderLibrary } from '../report/library-page.ts'
import { EXIT_CODES } from '../verdict/judge.ts'
import { rehearseLoaded } from './run.ts'

/** How often a drill that proved nothing is run again. */
const AGAIN = 2

export interface AllFlags extends DrillFlags {
  /** A Markdown page that is written with what came of it. */
  readonly page?: string
}

/**
 * `drill all <folder>`: every drill of a folder, one after the other, each on a topology of its own. What cannot be run
 * here is told with the reason and stops no other; what saw too little to say anything, as on a busy machine, is run
 * again, twice at most. The exit code is the worst: 1 before 3 before 2 before 0.
 */
export async function allCommand(
  folder: string,
  flags: AllFlags,
  context: CommandContext,
  surroundings: DrillSurroundings,
): Promise<number> {
  const files = (await readdir(folder)).filter((name) => /\.ya?ml$/.test(name)).sort()
  if (files.length === 0) throw new AntipodeError('USAGE', { reason: `${folder} holds no drill` })
  const engine = flags.engine === undefined ? '' : ` --engine ${flags.engine}`
  const command = `npx antipode drill all ${folder}${engine} --page ${flags.page}`
  const runs: LibraryRun[] = []
  for (const file of files) {
    if (context.signal.aborted) break
    const once = () => runOne(join(folder, file), file, flags, context, surroundings)
    let run = await once()
    for (let again = 0; run.verdict === 'INCONCLUSIVE' && again < AGAIN && !context.signal.aborted; again++) {
      run = await once()
    }
    runs.push(run)
    context.say(`${run.verdict.padEnd(13)} ${file.padEnd(32)} ${run.sentence}`)
    // Written each time, so that what was measured is kept whatever comes of the rest.
    const rest = files.slice(runs.length).map(waiting)
    if (flags.page === undefined) continue
    await writeFile(resolve(context.cwd, flags.page), renderLibrary(folder, [...runs, ...rest], command))
  }
  context.result({ runs })
  const codes = runs.map(({ report }) => (report === null ? 2 : EXIT_CODES[report.verdict]))
  return [1, 3, 2].find((code) => codes.some((own) => own === code)) ?? 0
}

function waiting(file: string): LibraryRun {
  return { file, claim: '', verdict: 'NOT RUN', sentence: 'its turn has not come', report: null }
}

async function runOne(
  path: string,
  file: string,
  flags: DrillFlags,
  context: CommandContext,
  surroundings: DrillSurroundings,
): Promise<LibraryRun> {
  try {
    const loaded = await loadDrill(path, flags.topology)
    const { report } = await rehearseLoaded(loaded, `antipode drill ${path}`, flags, context, surroundings)
    return { file, claim: report.drill.claim, verdict: report.verdict, sentence: report.sentence, report }
  } catch (error) {
    return { file, claim: '', verdict: 'REFUSED', sentence: (error as Error).message, report: null }
  }
}
