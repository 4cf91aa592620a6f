import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type Taken, taken } from './measured-process.ts'
import type { Measurement } from './measurement.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const antipode = join(root, 'toolkit', 'cli.ts')
const example = 'stacks/examples/active-passive.ts'

const RUNS = 5
const SAVES = 5

/** How long a review takes, as a command, from a plan and from two git refs; and how long after a save. */
export async function measure(progress: (line: string) => void): Promise<Measurement[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-review-'))
  try {
    const reviewed = async (resources: number): Promise<Taken[]> => {
      const plan = join(folder, `${resources}.json`)
      await writeFile(plan, planOf(resources))
      return repeated(`plan of ${resources}`, progress, ['review', '--plan', plan])
    }
    const [small, large] = [await reviewed(500), await reviewed(5_000)]
    const refs = await repeated('two refs', progress, ['review', example, '--base', 'HEAD', '--head', 'HEAD'])
    const seconds = (all: readonly Taken[]) => all.map((it) => it.seconds)
    return [
      { what: 'review of a plan of 500 resources', unit: 's', reach: 1.5, values: seconds(small) },
      {
        what: 'review of a plan of 500 resources, peak memory',
        unit: 'MB',
        reach: 200,
        values: small.map(({ megabytes }) => megabytes),
      },
      { what: 'review of a plan of 5 000 resources', unit: 's', reach: 6, values: seconds(large) },
      { what: 'review of two git refs, both synthesised', unit: 's', reach: 4, values: seconds(refs) },
      { what: 'verdict after a save', unit: 's', reach: 1, values: await saves(join(folder, 'watched'), progress) },
    ]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function repeated(what: string, progress: (line: string) => void, args: readonly string[]): Promise<Taken[]> {
  const all: Taken[] = []
  for (let run = 1; run <= RUNS; run += 1) {
    const one = await taken(() => [antipode, ...args])
    all.push(one)
    progress(
      `${what}, run ${run}: ${one.seconds.toFixed(2)} s, CPU ${one.cpuSeconds.toFixed(2)} s, ${one.megabytes.toFixed(0)} MB`,
    )
  }
  return all
}

/** Half of it is left alone, as most of a plan is; the rest is made, changed, or exchanged as a matter of course. */
function planOf(resources: number): string {
  const changes = Array.from({ length: resources }, (_, index) => {
    const kinds = [['no-op'], ['update'], ['no-op'], ['create']] as const
    const actions = kinds[index % kinds.length] ?? ['no-op']
    const type = ['aws_subnet', 'aws_vpc_security_group_ingress_rule', 'aws_route', 'aws_sns_topic'][index % 4] ?? ''
    const values = {
      ...{ id: `id-${index}`, description: `number ${index}`, cidr_ipv4: '10.0.0.0/16', kms_master_key_id: 'k' },
      ...{
        vpc_id: `vpc-${index % 7}`,
        tags: { Name: `n-${index}` },
        tags_all: { Name: `n-${index}`, Region: 'us-east-1' },
      },
    }
    return {
      ...{ address: `${type}.r${index}`, mode: 'managed', type, name: `r${index}` },
      change: {
        actions,
        before: actions[0] === 'create' ? null : values,
        after: actions[0] === 'no-op' ? values : { ...values, description: `number ${index}, changed` },
        ...{ after_unknown: {}, before_sensitive: {}, after_sensitive: {} },
      },
    }
  })
  const resource = changes.map(({ address }, index) => ({
    ...{ address, mode: 'managed' },
    expressions: {
      vpc_id: { references: [`aws_subnet.r${(index >> 2) << 2}.id`, `aws_subnet.r${(index >> 2) << 2}`] },
    },
  }))
  return JSON.stringify({
    ...{
      format_version: '1.2',
      terraform_version: '1.11.4',
      complete: true,
      errored: false,
      resource_changes: changes,
    },
    configuration: { provider_config: {}, root_module: { resources: resource } },
  })
}

/** From writing a topology's file to the verdict, while the command watches. */
async function saves(folder: string, progress: (line: string) => void): Promise<number[]> {
  const written = await readFile(join(root, 'test', 'golden', 'review', 'active-passive.yaml'), 'utf8')
  execFileSync('git', ['init', '--quiet', '--initial-branch', 'main', folder])
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=bench', '-c', 'user.email=bench@example.com', ...args], { cwd: folder })
  const file = join(folder, 'payments.yaml')
  await writeFile(file, written)
  git('add', '.')
  git('commit', '--quiet', '--message', 'described')
  const child = spawn(process.execPath, [antipode, 'review', 'payments.yaml', '--base', 'main', '--watch', '--json'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  try {
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    const verdict = async () => {
      if ((await lines.next()).done) throw new Error(`antipode review --watch ended with ${child.exitCode}`)
    }
    const told = createInterface({ input: child.stderr })[Symbol.asyncIterator]()
    // Somebody who writes takes longer than the process of the next save takes to load.
    const waiting = async () => {
      for (let it = await told.next(); !it.done && !it.value.startsWith('Waiting'); ) it = await told.next()
    }
    await verdict()
    const values: number[] = []
    for (let save = 1; save <= SAVES; save += 1) {
      await waiting()
      const began = performance.now()
      await writeFile(file, written.replace('ttl: 10s', `ttl: ${10 + save}s`))
      await verdict()
      values.push((performance.now() - began) / 1_000)
      progress(`save ${save}: ${values.at(-1)?.toFixed(2)} s`)
    }
    return values
  } finally {
    child.kill('SIGINT')
    if (child.exitCode === null) await once(child, 'close')
  }
}
