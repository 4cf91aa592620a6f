import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../stacks/main.ts', import.meta.url))

/**
 * One synthesis of both examples, as `node stacks/main.ts` does it: from the start of the process to its end, so that
 * what imports cost counts.
 *
 * @returns milliseconds
 * @throws Error when it does not exit with 0
 */
export async function measureSynth(): Promise<number> {
  const outdir = await mkdtemp(join(tmpdir(), 'bench-synth-'))
  try {
    const began = performance.now()
    const child = spawn(process.execPath, [main], {
      env: { ...process.env, CDKTF_OUTDIR: outdir },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    const [code] = await once(child, 'exit')
    const took = performance.now() - began
    if (code !== 0) throw new Error(`synthesis ended with ${code}`)
    return took
  } finally {
    await rm(outdir, { recursive: true })
  }
}
