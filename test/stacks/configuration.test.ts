import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { gateway } from '../../constructs/index.ts'
import { antipodeProvider } from '../../provider/provider.ts'
import { canonicalJson } from '../../runtime/model/configuration-hash.ts'
import { topology as activeActive } from '../../stacks/examples/active-active.ts'
import { topology as activePassive } from '../../stacks/examples/active-passive.ts'
import { configuration } from '../../stacks/examples/with-configuration.ts'
import type { Configuration, GatewayTopologyProps } from '../../stacks/index.ts'
import { switchover } from '../../toolkit/failover/switchover.ts'
import { startControlPlane, TOKEN } from '../provider/control-plane.ts'
import { skip, TerraformWorkspace } from '../provider/terraform-workspace.ts'
import { type Side, TwoRegions, until } from '../runtime/control-plane/two-regions.ts'
import { driverOf } from '../toolkit/failover/driver-of-two-regions.ts'
import { type SynthesisedStack, synthesise } from './synthesise.ts'

// Each case: an example by its name, a line of dashes, then the stacks of what its gateways serve, one line a block.
// UPDATE_GOLDEN=1 writes what is synthesised now.
const folder = new URL('../golden/configuration/', import.meta.url)
const examples = { 'active-active': activeActive, 'active-passive': activePassive }

/** The stacks that hold a configuration, by their ids. */
function configured(
  example: keyof typeof examples,
  props: Omit<GatewayTopologyProps, 'topology'> = { configuration },
): [string, SynthesisedStack][] {
  return [...synthesise(examples[example], props)].filter(([id]) => id.endsWith('-configuration'))
}

for (const file of readdirSync(folder)) {
  const [input = '', expected = ''] = readFileSync(new URL(file, folder), 'utf8').split(/^---\n/m)
  test(`synthesised configuration ${file.replace(/\.txt$/, '').replaceAll('-', ' ')}`, () => {
    const example = input.trim().replace('example: ', '') as keyof typeof examples
    const written = configured(example)
      .flatMap(([id, stack]) => [`stack ${id}`, ...linesOf(stack)])
      .join('\n')
    if (process.env.UPDATE_GOLDEN) writeFileSync(new URL(file, folder), `${input}---\n${written}\n`)
    else assert.deepEqual(`${written}\n`.split('\n'), expected.split('\n'))
  })
}

test('a topology without a configuration has no stack for one', () => {
  assert.deepEqual(configured('active-passive', {}), [])
})

/** What the example declares, without what it reads from AWS. */
const declared: Configuration = (stack) => {
  stack.secret = () => 'planted-key-1'
  configuration(stack)
}

describe('a synthesised configuration, applied by the real Terraform', { skip }, () => {
  test('fills the control planes of every region where all of them write', async () => {
    const regions = new Map(
      await Promise.all(['us-east-1', 'eu-west-1'].map(async (region) => [region, await startControlPlane()] as const)),
    )
    const of = (region: string) => regions.get(region) ?? assert.fail(region)
    try {
      const adminApi = (region: string) => ({ endpoint: of(region).endpoint, key: 'environment' as const })
      const stacks = configured('active-active', { configuration: declared, adminApi })
      assert.equal(stacks.length, 2)
      for (const [id, stack] of stacks) await inWorkspace((terraform) => applied(terraform, id, stack))
      const served = await Promise.all([...regions.values()].map(servedBy))
      assert.deepEqual(served[0], served[1])
      assert.deepEqual(
        served[0]?.map(({ uris }) => uris),
        [['/orders/*']],
      )
    } finally {
      for (const { close } of regions.values()) await close()
    }
  })

  test('fills a pair through whichever region writes, before a switchover and after it', async () => {
    const pair = await TwoRegions.start()
    const sides: Readonly<Record<string, Side>> = { 'us-east-1': 'west', 'us-west-2': 'east' }
    try {
      // The region that is described as the writer is not the one that writes.
      const endpoint = (region: string) => `http://127.0.0.1:${pair.ports[sides[region]!].admin}`
      const adminApi = (region: string) => ({ endpoint: endpoint(region), key: 'environment' as const })
      const fill = async (terraform: TerraformWorkspace, declares: Configuration) => {
        const [one] = configured('active-passive', { configuration: declares, adminApi })
        await applied(terraform, ...(one ?? assert.fail('no stack')))
      }
      await inWorkspace(async (terraform) => {
        await fill(terraform, declared)
        await switchover(driverOf(pair), { to: 'west', yes: true })
        await until('west writes', async () => (await pair.state('west')).role === 'active')
        await fill(terraform, (stack) => {
          declared(stack)
          const upstream = { nodes: [{ host: 'more.internal', port: 80, weight: 1 }] }
          new gateway.Route(stack, 'more', { name: 'more', uris: ['/more'], upstream })
        })
      })
      for (const side of ['east', 'west'] as const) {
        await until(`${side} has both routes`, async () => {
          const { list } = (await pair.admin(side, 'GET', '/routes')).body as { list: unknown[] }
          return list.length === 2
        })
      }
    } finally {
      await pair.close()
    }
  })
})

type ControlPlane = Awaited<ReturnType<typeof startControlPlane>>

async function servedBy({ call }: ControlPlane): Promise<{ uris: string[] }[]> {
  const { list } = (await call('GET', '/routes')).body
  return list.map(
    ({ value: { create_time: _, update_time: __, ...route } }: { value: Record<string, unknown> }) => route,
  )
}

/** Applies a stack twice; the second time there is nothing to do. */
async function applied(terraform: TerraformWorkspace, id: string, stack: SynthesisedStack): Promise<void> {
  const { resource, provider, terraform: settings } = stack
  const { antipode } = provider as { antipode: unknown }
  const { required_providers } = settings as { required_providers: { antipode: unknown } }
  const document = {
    terraform: { required_providers: { antipode: required_providers.antipode } },
    ...{ provider: { antipode }, resource },
  }
  terraform.write(JSON.stringify(document), 'cdk.tf.json')
  await terraform.apply()
  const { code, stdout } = await terraform.run('plan', '-no-color', '-detailed-exitcode')
  assert.equal(code, 0, `${id}: ${stdout}`)
}

async function inWorkspace(use: (terraform: TerraformWorkspace) => Promise<void>): Promise<void> {
  const terraform = await TerraformWorkspace.over(antipodeProvider)
  const before = process.env.ANTIPODE_TOKEN
  // The provider runs in this process.
  process.env.ANTIPODE_TOKEN = TOKEN
  try {
    await use(terraform)
  } finally {
    if (before === undefined) delete process.env.ANTIPODE_TOKEN
    else process.env.ANTIPODE_TOKEN = before
    await terraform.close()
  }
}

function linesOf(stack: SynthesisedStack): string[] {
  return Object.entries(stack)
    .flatMap(([kind, blocks]) => {
      if (kind !== 'resource') return [`  ${kind} ${canonicalJson(blocks)}`]
      return Object.entries(blocks as SynthesisedStack['resource']).flatMap(([type, named]) =>
        Object.entries(named).map(([name, block]) => `  ${kind} ${type}.${name} ${canonicalJson(block)}`),
      )
    })
    .sort()
}
