import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AntipodeError } from '../../../runtime/model/errors.ts'
import { WITHOUT_IMAGE } from '../../synthesise.ts'
import type { ChildProcesses } from '../processes/child-processes.ts'
import { type GslbZone, readZone } from './synthesised-zone.ts'

export interface ZoneToSynthesise {
  readonly topology: string
  readonly topologyFile: string
  readonly host: string
  /** The program that synthesises stacks. */
  readonly synthProgram: string
  readonly directory: string
  readonly log: string
  readonly processes: ChildProcesses
}

/** Synthesises the topology in a process of its own and reads the zone of its GSLB stack. */
export async function synthesiseZone(options: ZoneToSynthesise): Promise<GslbZone> {
  const { topology, topologyFile, host, synthProgram, directory, log, processes } = options
  const synth = processes.spawn({
    command: process.execPath,
    args: [synthProgram, topologyFile],
    env: { ...process.env, CDKTF_OUTDIR: directory, CHECKPOINT_DISABLE: '1', CDKTF_CONTEXT_JSON: WITHOUT_IMAGE },
    log,
  })
  const { code } = await synth.exited
  if (code !== 0) throw new AntipodeError('START_FAILED', { what: 'synthesis', reason: synth.lastWords() })
  const stack = join(directory, 'stacks', `${topology}-gslb`, 'cdk.tf.json')
  const synthesised = JSON.parse(await readFile(stack, 'utf8')) as unknown
  try {
    return readZone(synthesised, host)
  } catch (error) {
    // What is deployed could not be answered as it would be; a drill would measure something else.
    throw new AntipodeError('START_FAILED', { what: 'the GSLB', reason: (error as Error).message })
  }
}
