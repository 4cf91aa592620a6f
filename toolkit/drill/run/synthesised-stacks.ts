import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { synthesise } from '../../synthesise.ts'

/**
 * SHA-256 over the stacks that the topology's file synthesises to, in hex.
 *
 * @param program the one that synthesises: `stacks/main`
 */
export async function hashSynthesisedStacks(
  program: string,
  topologyFile: string,
  signal: AbortSignal,
): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'antipode-synth-'))
  try {
    // Whatever else runs on this machine is being measured.
    await synthesise({ program, topologyFile, directory, signal, inBackground: true, withoutImage: true })
    const hash = createHash('sha256')
    const files = (await readdir(directory, { recursive: true })).filter((name) => name.endsWith('cdk.tf.json')).sort()
    for (const name of files) {
      const text = await readFile(join(directory, name), 'utf8')
      // Where a stack was written to is no part of what it says.
      hash.update(`${name}\n${text.replaceAll(directory, '')}\n`)
    }
    return hash.digest('hex')
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
