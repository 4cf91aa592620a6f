import path from 'node:path'
import { failoverRound, type RoundKind, type RoundResult } from '../test/e2e/failover-round.ts'
import { publishRoute, untilServed } from '../test/e2e/published-route.ts'
import { RunningTopology } from '../test/e2e/running-topology.ts'
import { SteadyReads } from '../test/e2e/steady-reads.ts'
import { ROOT } from '../test/presubmit/source-tree.ts'
import { CommandLine } from '../test/toolkit/cli-process.ts'
import type { DrillReport } from '../toolkit/drill/report/drill-report.ts'
import { LocalDriver } from '../toolkit/failover/local-driver.ts'
import { switchover } from '../toolkit/failover/switchover.ts'
import type { LocalRegion } from '../toolkit/local/local-topology.ts'
import { errorOfMeasuredOutage } from './measured-outages.ts'
import { type Measurement, median, percentile } from './measurement.ts'

const TOPOLOGY = 'stacks/examples/active-passive.ts'
/** `failovers` has the others by the hundred. */
const ROUNDS: Readonly<Record<RoundKind, number>> = {
  'kill-fenced': 20,
  ...{ kill: 3, 'kill-slow-link': 3, partition: 3, freeze: 3 },
}
const SWITCHOVERS = 20
/** Milliseconds each way. */
const SLOW_LINK = 40
const DELIVERIES = 300
/** A fault that callers' connections are refused at, and one that they wait at in vain; percent of the prediction. */
const DRILLS = { 'lose-primary': { least: 45 }, 'freeze-data-plane': { least: 50 } } as const
const DRILLS_OF_EACH = 2
/** Milliseconds. */
const OUTAGES = Array.from({ length: 20 }, (_, number) => 300 + number * 110)

/** Loss, return and planned moves of the writing region, on real processes with the example's lease of 3 s. */
export async function measure(say: (line: string) => void): Promise<Measurement[]> {
  const drills = await measureDrills(say)
  const errors: number[] = []
  for (const outage of OUTAGES) errors.push(await errorOfMeasuredOutage(outage))
  say(`an outage is measured to ${median(errors).toFixed(0)} ms`)
  const topology = await RunningTopology.start(TOPOLOGY)
  try {
    const { local, ready } = topology
    const [primary, standby] = ready.regions as [LocalRegion, LocalRegion]
    say(`up in ${topology.secondsToReady.toFixed(1)} s`)
    const delivery = await measureDelivery(ready.regions)
    say(
      `write → served by both: p50 ${percentile(delivery, 50).toFixed(0)} ms, p99 ${percentile(delivery, 99).toFixed(0)} ms`,
    )
    const switched = await measureSwitchovers(topology)
    await local.link(primary.name, standby.name, { delay: SLOW_LINK })
    const switchedFar = await measureSwitchovers(topology)
    await local.link(primary.name, standby.name, { delay: 0 })
    for (const { frozen, failedReads, reads } of [switched, switchedFar]) {
      say(`switchover: frozen ${median(frozen)} ms, ${failedReads} of ${reads} reads failed`)
    }
    const rounds: RoundResult[] = []
    for (const [round, kind] of inTurns(ROUNDS).entries()) {
      const result = await failoverRound(local, ready.regions, kind, round)
      say(`${String(round + 1).padStart(2)} ${kind}: ${JSON.stringify(result)}`)
      rounds.push(result)
    }
    const sum = (count: (round: RoundResult) => number) => rounds.reduce((total, round) => total + count(round), 0)
    const writes = { unit: 'writes', reach: 0, of: sum(({ acknowledged }) => acknowledged) }
    return [
      ...drills,
      { what: 'error of a measured outage', unit: 'ms', reach: 100, values: errors },
      { what: 'up, cold', unit: 's', reach: 15, values: [topology.secondsToReady] },
      { what: 'write → served by both regions, p50', unit: 'ms', reach: 50, values: [percentile(delivery, 50)] },
      { what: 'write → served by both regions, p99', unit: 'ms', reach: 250, values: [percentile(delivery, 99)] },
      { what: 'switchover: writes frozen', unit: 'ms', reach: 500, values: switched.frozen },
      { what: 'switchover at RTT 80 ms: writes frozen', unit: 'ms', reach: 800, values: switchedFar.frozen },
      {
        ...{ what: 'switchover: failed reads', unit: 'calls', reach: 0 },
        values: [switched.failedReads + switchedFar.failedReads],
        of: switched.reads + switchedFar.reads,
      },
      ...kinds().map((kind) => ({
        what: `${kind} → first accepted write at the new primary`,
        ...{ unit: 'ms', reach: reachOf(kind) },
        values: rounds.filter((round) => round.kind === kind).map(({ faultToFirstWrite }) => faultToFirstWrite),
      })),
      { what: 'acknowledged writes lost', ...writes, values: [sum(({ lost }) => lost)] },
      { what: 'acknowledged by two writers at once', ...writes, values: [sum(({ overlap }) => overlap)] },
      { what: 'failback: writes frozen', unit: 'ms', reach: 800, values: rounds.map((r) => r.frozenAtFailback) },
      { what: 'failback: until it writes again', unit: 's', reach: 10, values: rounds.map((r) => r.secondsToFailBack) },
    ]
  } finally {
    await topology.stop()
  }
}

function kinds(): RoundKind[] {
  return Object.keys(ROUNDS) as RoundKind[]
}

/** So that a machine that slows down does so for every kind. */
function inTurns(counts: typeof ROUNDS): RoundKind[] {
  const turns = Math.max(...Object.values(counts))
  return Array.from({ length: turns }, (_, turn) => kinds().filter((kind) => counts[kind] > turn)).flat()
}

/** Milliseconds. Where the old writer is proved to have ended nobody waits for its lease of 3 s. */
function reachOf(kind: RoundKind): number {
  if (kind === 'kill-fenced') return 1_200
  // Cut off or frozen, a client's writers all wait at the old writer until it is let go.
  return kind.startsWith('kill') ? 4_500 : 5_000
}

/** Drills as commands of their own, in turns. */
async function measureDrills(say: (line: string) => void): Promise<Measurement[]> {
  const seconds: number[] = []
  const shares = Object.keys(DRILLS).map((name) => ({ name: name as keyof typeof DRILLS, values: [] as number[] }))
  for (let run = 0; run < DRILLS_OF_EACH; run += 1) {
    for (const { name, values } of shares) {
      const drill = await runDrill(name)
      say(`${name}: callers were without service ${drill.share.toFixed(0)} % of what was predicted`)
      values.push(drill.share)
      if (name === 'lose-primary') seconds.push(drill.seconds)
    }
  }
  return [
    { what: 'the whole drill, cold start to report', unit: 's', reach: 120, values: seconds },
    ...shares.flatMap(({ name, values }) => [
      { what: `${name}: RTO of the prediction, most`, unit: '%', reach: 100, values: [Math.max(...values)] },
      { what: `${name}: RTO of the prediction, least`, unit: '%', ...DRILLS[name], values: [Math.min(...values)] },
    ]),
  ]
}

async function runDrill(name: string): Promise<{ seconds: number; share: number }> {
  const commandLine = new CommandLine()
  try {
    const started = performance.now()
    const flags = ['--json', '--reports', path.join(commandLine.directory, 'reports')]
    const { stdout, stderr } = await commandLine.run('drill', path.join(ROOT, `drills/${name}.yaml`), ...flags)
    const { verdict, objectives } = JSON.parse(stdout.trim()) as DrillReport
    if (verdict !== 'PASS') throw new Error(`the drill ${name} ended with ${verdict}\n${stderr}`)
    const rto = objectives.find(({ name }) => name === 'RTO (callers)')!
    return { seconds: (performance.now() - started) / 1000, share: (rto.measured! / rto.predicted!) * 100 }
  } finally {
    await commandLine.close()
  }
}

/** Milliseconds from sending a write until every region's data plane serves it. */
async function measureDelivery(regions: readonly LocalRegion[]): Promise<number[]> {
  const times: number[] = []
  for (let number = 0; number < DELIVERIES; number += 1) {
    const started = performance.now()
    const written = publishRoute(regions[0]!, `delivery-${number}`, `/delivery/${number}`)
    await Promise.all(regions.map((region) => untilServed(region, `/delivery/${number}`)))
    times.push(performance.now() - started)
    await written
  }
  return times
}

/** There and back, under steady reads through both gateways. */
async function measureSwitchovers({ local, ready }: RunningTopology) {
  const [primary, standby] = ready.regions as [LocalRegion, LocalRegion]
  await publishRoute(primary, 'reads', '/reads')
  await Promise.all(ready.regions.map((region) => untilServed(region, '/reads')))
  const reads = new SteadyReads(
    ready.regions.map(({ gateway }) => `${gateway}/reads`),
    10,
  )
  const frozen: number[] = []
  for (let number = 0; number < SWITCHOVERS; number += 1) {
    const to = number % 2 === 0 ? standby : primary
    const result = await switchover(new LocalDriver(local), { to: to.name, yes: true })
    frozen.push(result.frozenMilliseconds!)
  }
  await reads.stop()
  return { frozen, reads: reads.reads, failedReads: reads.failures.length }
}
