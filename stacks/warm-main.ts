import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { synthesiseTopologies } from './synthesise-topologies.ts'

/** What a parent process asks for, once. */
export interface SynthesisOrder {
  readonly files: readonly string[]
  readonly outdir: string
  /** As `ANTIPODE_REFUSAL`. */
  readonly refusal: string
}

// Synthesises an example for nothing, so that everything is loaded and compiled, says so, and then synthesises what it
// is told: for those who wait for each save of a file.
const scratch = mkdtempSync(join(tmpdir(), 'antipode-warm-'))
try {
  const example = join(import.meta.dirname, 'examples', `active-passive${extname(import.meta.filename)}`)
  await synthesiseTopologies([example], scratch)
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
process.send?.('warm')
const [order] = (await once(process, 'message')) as [SynthesisOrder]
process.env.ANTIPODE_REFUSAL = order.refusal
process.exitCode = await synthesiseTopologies(order.files, order.outdir)
process.disconnect()
