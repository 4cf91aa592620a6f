import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import path from 'node:path'
import { failoverRound, type RoundKind, type RoundResult } from '../test/e2e/failover-round.ts'
import { RunningTopology } from '../test/e2e/running-topology.ts'
import { ROOT } from '../test/presubmit/source-tree.ts'
import { DurableLines } from '../toolkit/durable-lines.ts'
import type { Measurement } from './measurement.ts'

const TOPOLOGY = 'stacks/examples/active-passive.ts'
const FAILOVERS = 300
/** Another one chooses other faults at other moments. */
const SEED = 20_261_121
const KINDS: readonly RoundKind[] = ['kill', 'kill-slow-link', 'partition', 'freeze']
/** Milliseconds from a client's first write to the fault. */
const EARLIEST = 100
const LATEST = 3_000
/** A topology is left for a new one before what it holds makes the audit of a round long. */
const ROUNDS_OF_A_TOPOLOGY = 20

type Line = { readonly round: number } & ({ readonly result: RoundResult } | { readonly broken: string })

/**
 * Failover again and again: the kind of fault and its moment are drawn by a seed, and each acknowledged write is looked
 * for afterwards in both regions. It takes an hour, and may be interrupted: a round that is done is written down for its
 * commit and seed, and the next start goes on behind it.
 */
export async function measure(say: (line: string) => void): Promise<Measurement[]> {
  const lines = new DurableLines<Line>(path.join(ROOT, `node_modules/.cache/antipode/failovers-${commit()}-${SEED}`))
  if (lines.all.length > 0) say(`${lines.all.length} of ${FAILOVERS} are done already`)
  while (lines.all.length < FAILOVERS) {
    const topology = await RunningTopology.start(TOPOLOGY)
    try {
      const last = Math.min(lines.all.length + ROUNDS_OF_A_TOPOLOGY, FAILOVERS)
      for (let round = lines.all.length; round < last; round += 1) {
        const { kind, writesBefore } = drawn(round)
        const result = await failoverRound(topology.local, topology.ready.regions, kind, round, writesBefore)
        lines.append({ round, result })
        say(`${round + 1} ${kind} after ${writesBefore} ms: ${JSON.stringify(result)}`)
      }
    } catch (error) {
      // It counts, against the figure that there be none, and the next round has a topology of its own.
      const broken = (error as Error).stack ?? String(error)
      lines.append({ round: lines.all.length, broken })
      say(`${lines.all.length} could not be finished: ${broken}`)
    } finally {
      await topology.stop()
    }
  }
  return figures(lines.all)
}

function figures(lines: readonly Line[]): Measurement[] {
  const results = lines.flatMap((line) => ('result' in line ? [line.result] : []))
  const what = (text: string) => `${text}, in ${lines.length} failovers drawn by seed ${SEED}`
  const sum = (count: (result: RoundResult) => number) => results.reduce((total, result) => total + count(result), 0)
  const writes = { unit: 'writes', reach: 0, of: sum(({ acknowledged }) => acknowledged) }
  return [
    { what: what('acknowledged writes lost'), ...writes, values: [sum(({ lost }) => lost)] },
    { what: what('acknowledged by two writers at once'), ...writes, values: [sum(({ overlap }) => overlap)] },
    {
      what: what('could not be finished'),
      ...{ unit: 'failovers', reach: 0, values: [lines.length - results.length], of: lines.length },
    },
    ...KINDS.map((kind) => ({
      what: what(`${kind} → first accepted write at the new primary`),
      unit: 'ms',
      values: results.filter((result) => result.kind === kind).map(({ faultToFirstWrite }) => faultToFirstWrite),
    })),
  ]
}

/** The same on every machine, and for a round the same whichever were run before it. */
function drawn(round: number): { kind: RoundKind; writesBefore: number } {
  const random = createHash('sha256').update(`${SEED}/${round}`).digest()
  const kind = KINDS[random.readUInt32BE(0) % KINDS.length]!
  return { kind, writesBefore: EARLIEST + (random.readUInt32BE(4) % (LATEST - EARLIEST)) }
}

function commit(): string {
  return execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], { encoding: 'utf8', cwd: ROOT }).trim()
}
