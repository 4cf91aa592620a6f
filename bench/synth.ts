import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Measurement } from './measurement.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const main = join(root, 'stacks', 'main.ts')
const cli = join(root, 'node_modules', 'cdktf-cli', 'bundle', 'bin', 'cdktf')

const RUNS = 5

/** How long the stacks of both examples take, as `node stacks/main.ts` makes them and through `cdktf synth`. */
export async function measure(progress: (line: string) => void): Promise<Measurement[]> {
  const direct: number[] = []
  const throughCli: number[] = []
  for (let run = 1; run <= RUNS; run += 1) {
    direct.push(await secondsOf(() => [main]))
    throughCli.push(await secondsOf((outdir) => [cli, 'synth', '--output', outdir]))
    progress(`run ${run}: direct ${direct.at(-1)?.toFixed(2)} s, cdktf synth ${throughCli.at(-1)?.toFixed(2)} s`)
  }
  return [
    { what: 'synth of both examples', unit: 's', reach: 3, values: direct },
    { what: 'synth of both examples through cdktf-cli', unit: 's', values: throughCli },
  ]
}

/** From the start of the process to its end, so that what imports cost counts. */
async function secondsOf(command: (outdir: string) => string[]): Promise<number> {
  const outdir = await mkdtemp(join(tmpdir(), 'bench-synth-'))
  const args = command(outdir)
  try {
    const began = performance.now()
    const child = spawn(process.execPath, args, {
      cwd: root,
      env: {
        ...process.env,
        CDKTF_OUTDIR: outdir,
        CHECKPOINT_DISABLE: '1',
        PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    const [code] = await once(child, 'exit')
    const took = performance.now() - began
    if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`)
    return took / 1_000
  } finally {
    await rm(outdir, { recursive: true, force: true })
  }
}
