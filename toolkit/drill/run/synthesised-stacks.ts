import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { constants, setPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { AntipodeError } from '../../../runtime/model/errors.ts'

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
    await synthesise(program, topologyFile, directory, signal)
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

function synthesise(program: string, topologyFile: string, directory: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, CDKTF_OUTDIR: directory, CHECKPOINT_DISABLE: '1' }
    const child = spawn(process.execPath, [program, topologyFile], { env, signal, stdio: ['ignore', 'ignore', 'pipe'] })
    // Whatever else runs on this machine is being measured.
    if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW)
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    child.once('error', reject)
    child.once('exit', (code) => {
      if (code === 0) resolve()
      else
        reject(
          new AntipodeError('DRILL_STOPPED', { reason: `synth of ${topologyFile} failed: ${said.trim().slice(-500)}` }),
        )
    })
  })
}
