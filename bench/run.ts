import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import { fileURLToPath } from 'node:url'
import { type Measurement, median } from './measurement.ts'

/**
 * Runs the benchmarks named on the command line, or all but the one that takes an hour, and writes what they measured to
 * `results.json` with the machine and the commit. Exits 1 where a figure is not reached.
 */
const BENCHMARKS = {
  synth: () => import('./synth.ts'),
  'data-plane': () => import('./data-plane.ts'),
  declarative: () => import('./declarative.ts'),
  'control-plane': () => import('./control-plane.ts'),
  failover: () => import('./failover.ts'),
  failovers: () => import('./failovers.ts'),
  review: () => import('./review.ts'),
  provider: () => import('./provider.ts'),
} as const

type Name = keyof typeof BENCHMARKS

const AN_HOUR: Name = 'failovers'

const RESULTS = fileURLToPath(new URL('results.json', import.meta.url))

const asked = process.argv.slice(2)
const unknown = asked.find((name) => !(name in BENCHMARKS))
if (unknown) {
  console.error(`there is no benchmark '${unknown}'; there are ${Object.keys(BENCHMARKS).join(', ')}`)
  process.exit(2)
}

const results = existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')) : {}
let missed = 0
for (const name of (asked.length > 0 ? asked : Object.keys(BENCHMARKS).filter((name) => name !== AN_HOUR)) as Name[]) {
  console.log(`\n${name}`)
  const { measure } = await BENCHMARKS[name]()
  const measurements: Measurement[] = await measure((line: string) => console.log(`  ${line}`))
  results[name] = {
    at: new Date().toISOString(),
    commit: commit(),
    machine: machine(),
    figures: measurements.map(figure),
  }
  for (const { what, unit, median, worst, reach, least } of results[name].figures) {
    const reached = median <= (reach ?? Number.POSITIVE_INFINITY) && median >= (least ?? Number.NEGATIVE_INFINITY)
    if (!reached) missed += 1
    const promise = least === undefined ? (reach === undefined ? '' : `, reach ${reach}`) : `, at least ${least}`
    console.log(`${reached ? '✔' : '✘'} ${what}: ${median} ${unit} (worst ${worst})${promise}`)
  }
}
writeFileSync(RESULTS, `${JSON.stringify(results, null, 2)}\n`)
process.exitCode = missed > 0 ? 1 : 0

function figure({ what, unit, reach, least, values, of }: Measurement) {
  const worst = least === undefined ? Math.max(...values) : Math.min(...values)
  const round = (value: number) => Number(value.toPrecision(4))
  return {
    ...{ what, unit, median: round(median(values)), worst: round(worst), runs: values.length },
    ...(reach === undefined ? {} : { reach }),
    ...(least === undefined ? {} : { least }),
    ...(of === undefined ? {} : { of }),
  }
}

/** The commit that was measured, marked where the tree differs from it in anything but the results themselves. */
function commit(): string {
  const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim()
  const changed = git('status', '--porcelain', '--untracked-files=no', '--', ':!bench/results.json')
  return git('rev-parse', '--short=12', 'HEAD') + (changed ? '-dirty' : '')
}

function machine() {
  const cpus = os.cpus()
  return {
    ...{ cpu: cpus[0]?.model ?? 'unknown', cores: cpus.length, memoryGiB: Math.round(os.totalmem() / 2 ** 30) },
    ...{ platform: `${os.platform()} ${os.release()}`, node: process.version },
  }
}
