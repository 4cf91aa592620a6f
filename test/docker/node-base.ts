import { makeMachineBase } from '../../toolkit/image/machine-base.ts'
import type { DockerEngine } from './docker-engine.ts'

/** A base image that needs no registry, as where none can be reached. */
export function makeNodeBase({ env }: DockerEngine): Promise<string> {
  return makeMachineBase({ env, signal: new AbortController().signal })
}
