import { readdirSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { topology as activeActive } from '../../stacks/examples/active-active.ts'
import { topology as activePassive } from '../../stacks/examples/active-passive.ts'
import { defineTopology, type Topology } from '../../topology/index.ts'
import { cloudflareMissing, needsCloudflare } from '../constructs/cloudflare-installed.ts'

const folder = new URL('../golden/stacks/', import.meta.url)

/** Both examples, and the topology of every golden case that describes one of its own: between them, every option. */
export function goldenTopologies(): ReadonlyMap<string, Topology> {
  const cases = readdirSync(folder).flatMap((file): [string, Topology][] => {
    const [input = ''] = readFileSync(new URL(file, folder), 'utf8').split(/^---\n/m)
    if (input.trim().startsWith('example:') || (cloudflareMissing && needsCloudflare(input))) return []
    return [[file.replace(/\.txt$/, ''), defineTopology(parse(input))]]
  })
  return new Map([['active-active', activeActive], ['active-passive', activePassive], ...cases])
}
