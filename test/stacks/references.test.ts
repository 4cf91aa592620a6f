import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { topology as activeActive } from '../../stacks/examples/active-active.ts'
import { topology as activePassive } from '../../stacks/examples/active-passive.ts'
import { defineTopology, seconds } from '../../topology/index.ts'
import { assertCrossReferences, assertOwnReferences } from './references-of.ts'
import { synthesise } from './synthesise.ts'

const { 'us-east-1': east, 'us-west-2': west } = activePassive.regions
assert.ok(east && west)
const rebuilt = defineTopology({
  ...activePassive,
  regions: {
    'us-east-1': { ...east, database: { generation: 2, from: { region: 'us-west-2' } } },
    'us-west-2': west,
  },
})

const everyOption = defineTopology({
  ...activePassive,
  database: { ...activePassive.database, kind: 'aurora-global' },
  links: { kind: 'transit-gateway' },
  sites: { frankfurt: { network: '192.168.0.0/16', gateway: '203.0.113.7' } },
  gslb: { ...activePassive.gslb, switch: { kind: 'routing-control' } },
})
const accelerated = defineTopology({
  ...activePassive,
  gslb: { ...activePassive.gslb, provider: 'accelerator' },
  objectives: { rto: seconds(80) },
})
const { 'us-east-1': america, 'eu-west-1': europe } = activeActive.regions
assert.ok(america && europe)
const placed = defineTopology({
  ...activeActive,
  regions: { 'us-east-1': america, 'eu-west-1': { ...europe, callers: { continents: ['EU'] } } },
  gslb: { ...activeActive.gslb, policy: 'geolocation', switch: { kind: 'inverted-check', url: 'https://off.example' } },
})

for (const [name, topology] of Object.entries({
  activePassive,
  activeActive,
  rebuilt,
  everyOption,
  accelerated,
  placed,
})) {
  const stacks = synthesise(topology)

  test(`${name}: every reference names a block of its own stack`, () => {
    const seen = assertOwnReferences(stacks)
    assert.ok(seen > 100, `${seen} references`)
  })

  test(`${name}: what a stack reads of another, the other puts out`, () => {
    const seen = assertCrossReferences(stacks)
    assert.ok(seen > 50, `${seen} reads`)
  })
}

const terraform = spawnSync('terraform', ['version'], { env: { ...process.env, CHECKPOINT_DISABLE: '1' } })
const skip = terraform.status === 0 ? false : 'needs the terraform binary'

test('Terraform itself reads the blocks that CDKTF has no class for', { skip }, () => {
  for (const stack of ['payments-us-east-1-data', 'payments-gslb']) {
    const folder = mkdtempSync(join(tmpdir(), 'terraform-'))
    try {
      const written = structuredClone(synthesise(rebuilt).get(stack)) as unknown as { terraform: { backend?: unknown } }
      // Its backend would have to be initialised first.
      delete written.terraform.backend
      writeFileSync(join(folder, 'cdk.tf.json'), JSON.stringify(written))
      const env = { ...process.env, CHECKPOINT_DISABLE: '1', TF_CLI_CONFIG_FILE: '/dev/null' }
      const run = spawnSync('terraform', ['providers', '-no-color'], { cwd: folder, env, encoding: 'utf8' })
      assert.equal(run.status, 0, run.stderr)
      assert.match(run.stdout, /hashicorp\/aws\] ~> 6\.25/)
    } finally {
      rmSync(folder, { recursive: true })
    }
  }
})
