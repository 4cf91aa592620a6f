import { createHash } from 'node:crypto'
import { canonicalJson } from '../runtime/model/configuration-hash.ts'
import type { Topology } from './topology.ts'

/** SHA-256 of the topology's content, 64 hex digits: the same for equal topologies, however they were written. */
export function topologyHash(topology: Topology): string {
  const plain: unknown = JSON.parse(JSON.stringify(topology))
  return createHash('sha256').update(canonicalJson(plain)).digest('hex')
}
