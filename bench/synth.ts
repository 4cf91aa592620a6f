import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import { type Taken, taken } from './measured-process.ts'
import { type Measurement, median } from './measurement.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const main = join(root, 'stacks', 'main.ts')
const antipode = join(root, 'toolkit', 'cli.ts')
const cdktf = join(root, 'node_modules', 'cdktf-cli', 'bundle', 'bin', 'cdktf')
const example = join(root, 'stacks', 'examples', 'active-passive.ts')

/** What the runtime was last bundled from: while none of it is touched, synthesis need not bundle. */
const known = join(root, 'node_modules', '.cache', 'antipode')

const RUNS = 5
/** The check starts Terraform some forty times. */
const CHECKS = 3
const SIZES = [2, 5, 10, 20] as const
const REGIONS = [
  ...['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2', 'ca-central-1'],
  ...['eu-west-1', 'eu-west-2', 'eu-central-1', 'ap-southeast-1', 'ap-northeast-1'],
  ...['eu-west-3', 'eu-north-1', 'eu-south-1', 'ap-south-1', 'ap-southeast-2'],
  ...['ap-northeast-2', 'ap-northeast-3', 'ap-east-1', 'sa-east-1', 'me-south-1'],
]

/**
 * How long the stacks of both examples take, and of ever larger topologies, as `node stacks/main.ts` makes them; how
 * much memory; and how long the real Terraform takes to check an example offline.
 */
export async function measure(progress: (line: string) => void): Promise<Measurement[]> {
  const anew = await repeated(RUNS, 'both examples, anew', progress, () => {
    rmSync(known, { recursive: true, force: true })
    return [main]
  })
  const both = await repeated(RUNS, 'both examples', progress, () => [main])
  const throughCli = await repeated(RUNS, 'cdktf synth', progress, (outdir) => [cdktf, 'synth', '--output', outdir])
  return [
    { what: 'import and synth of both examples', unit: 's', reach: 1.5, values: both.map(({ seconds }) => seconds) },
    { what: 'import and synth of both examples, CPU', unit: 's', values: both.map(({ cpuSeconds }) => cpuSeconds) },
    {
      what: 'import and synth of both examples, peak memory',
      unit: 'MB',
      reach: 200,
      values: both.map(({ megabytes }) => megabytes),
    },
    {
      what: 'import and synth of both examples after a change of the runtime',
      unit: 's',
      values: anew.map(({ seconds }) => seconds),
    },
    { what: 'synth of both examples through cdktf-cli', unit: 's', values: throughCli.map(({ seconds }) => seconds) },
    ...(await growth(progress)),
    ...(await offline(progress)),
  ]
}

/**
 * Synthesis of 2 to 20 regions, in turns. Linear is where a region costs the same, however many there are already: the
 * ten regions after the tenth are held against the eight before, since a few alone cost less than one run varies by.
 */
async function growth(progress: (line: string) => void): Promise<Measurement[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-topologies-'))
  try {
    const sizes = SIZES.map((size) => ({ size, file: join(folder, `${size}.yaml`), runs: [] as Taken[] }))
    for (const { size, file } of sizes) await writeFile(file, stringify(topologyOf(size)))
    for (let run = 1; run <= RUNS; run += 1) {
      for (const { size, file, runs } of sizes) {
        runs.push(...(await repeated(1, `${size} regions, turn ${run}`, progress, () => [main, file])))
      }
    }
    const cpuOf = new Map<number, number>(
      sizes.map(({ size, runs }) => [size, median(runs.map(({ cpuSeconds }) => cpuSeconds))]),
    )
    const regionBetween = (few: number, many: number) => (cpuOf.get(many)! - cpuOf.get(few)!) / (many - few)
    return [
      ...sizes.map(
        ({ size, runs }): Measurement => ({
          what: `synth of ${size} regions × 5 stacks`,
          unit: 's',
          ...(size === 10 && { reach: 4 }),
          values: runs.map(({ seconds }) => seconds),
        }),
      ),
      ...sizes.map(
        ({ size, runs }): Measurement => ({
          what: `synth of ${size} regions × 5 stacks, CPU`,
          unit: 's',
          values: runs.map(({ cpuSeconds }) => cpuSeconds),
        }),
      ),
      {
        what: 'CPU of a region, the 11th to 20th ÷ the 3rd to 10th',
        unit: '×',
        reach: 1.5,
        values: [regionBetween(10, 20) / regionBetween(2, 10)],
      },
    ]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function offline(progress: (line: string) => void): Promise<Measurement[]> {
  if (spawnSync(process.env.ANTIPODE_TERRAFORM ?? 'terraform', ['version']).error) {
    progress('offline check: skipped, needs terraform on the PATH')
    return []
  }
  const checks = await repeated(CHECKS, 'offline check', progress, (outdir) => {
    return [antipode, 'synth', example, '--check', '--output', outdir]
  })
  const what = 'offline init, validate, plan and apply of active-passive with its schema'
  return [{ what, unit: 's', reach: 12, values: checks.map(({ seconds }) => seconds) }]
}

async function repeated(
  runs: number,
  what: string,
  progress: (line: string) => void,
  args: (outdir: string) => readonly string[],
): Promise<Taken[]> {
  const all: Taken[] = []
  for (let run = 1; run <= runs; run += 1) {
    const { seconds, cpuSeconds, megabytes } = await taken(args)
    all.push({ seconds, cpuSeconds, megabytes })
    progress(`${what}, run ${run}: ${seconds.toFixed(2)} s, CPU ${cpuSeconds.toFixed(2)} s, ${megabytes.toFixed(0)} MB`)
  }
  return all
}

function topologyOf(size: number): object {
  const regions = REGIONS.slice(0, size).map((region, index) => {
    const dataPlane = { instances: 4, growsTo: 8, each: '4000/s' }
    return [region, { role: 'active', network: `10.${10 + index}.0.0/16`, dataPlane, controlPlane: { instances: 2 } }]
  })
  return {
    name: 'bench',
    mode: 'active-active',
    host: 'api.bench.example',
    regions: Object.fromEntries(regions),
    database: { commit: 'local' },
    gslb: { provider: 'route53', policy: 'latency', ttl: '10s', health: { interval: '10s', threshold: 2 } },
    peak: '2000/s',
    objectives: { rto: '60s' },
  }
}
