import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What one process took. */
export interface Taken {
  /** From the start of the process to its end, so that what imports cost counts. */
  readonly seconds: number
  /** Of the process itself, without its children. */
  readonly cpuSeconds: number
  /** The most memory that it held at once. */
  readonly megabytes: number
}

const root = fileURLToPath(new URL('..', import.meta.url))
const probe = new URL('usage-probe.ts', import.meta.url).href

/** Runs Node with arguments, in a folder of its own where stacks go, and says what that took. */
export async function taken(args: (outdir: string) => readonly string[]): Promise<Taken> {
  const outdir = await mkdtemp(join(tmpdir(), 'bench-synth-'))
  const usage = join(outdir, 'usage.json')
  try {
    const began = performance.now()
    const child = spawn(process.execPath, ['--import', probe, ...args(outdir)], {
      cwd: root,
      env: {
        ...process.env,
        BENCH_USAGE: usage,
        CDKTF_OUTDIR: outdir,
        CHECKPOINT_DISABLE: '1',
        PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    const [code] = await once(child, 'exit')
    const seconds = (performance.now() - began) / 1_000
    if (code !== 0) throw new Error(`${args(outdir).join(' ')} ended with ${code}`)
    const { cpuSeconds, megabytes } = JSON.parse(await readFile(usage, 'utf8')) as Omit<Taken, 'seconds'>
    return { seconds, cpuSeconds, megabytes }
  } finally {
    await rm(outdir, { recursive: true, force: true })
  }
}
