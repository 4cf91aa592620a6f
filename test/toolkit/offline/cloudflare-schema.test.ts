import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { serveProviders } from '../../../toolkit/offline/provider/serve-provider.ts'
import { CLOUDFLARE_ARGUMENTS, CLOUDFLARE_REPLACEMENTS } from '../../../toolkit/offline/rules/cloudflare-table.ts'
import { CLOUDFLARE_DEFAULTS } from '../../../toolkit/offline/schema/cloudflare-defaults.ts'
import { recoverSchema } from '../../../toolkit/offline/schema/recover-schema.ts'
import { CLOUDFLARE } from '../../../toolkit/offline/schema/vendor.ts'
import { findTerraform, terraformIn } from '../../../toolkit/offline/terraform/terraform.ts'
import { skip } from './terraform-available.ts'

const modules = join(dirname(createRequire(import.meta.url).resolve(`${CLOUDFLARE.package}/package.json`)), 'lib')
const names = readdirSync(modules, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
)
const typesOf = (data: boolean): Set<string> => {
  const chosen = names.filter((name) => name !== 'provider' && name.startsWith('data-cloudflare-') === data)
  return new Set(chosen.map((name) => `cloudflare_${name.replace(/^data-cloudflare-/, '').replaceAll('-', '_')}`))
}
const everything = { resource: typesOf(false), data: typesOf(true), ephemeral: new Set<string>() }
const schema = recoverSchema(everything, CLOUDFLARE)

test('the schema of every resource and data source of Cloudflare’s package is recovered', () => {
  assert.match(schema.version, /^5\.\d+\.\d+$/)
  for (const kind of ['resource', 'data'] as const) {
    assert.deepEqual(
      [...everything[kind]].filter((type) => !schema[kind][type]),
      [],
    )
  }
})

test('the real Terraform accepts all of it, over version 6 of the protocol', { skip }, async () => {
  const provider = await serveProviders([schema])
  const folder = mkdtempSync(join(tmpdir(), 'cloudflare-schema-'))
  try {
    const { reattach } = provider
    const run = terraformIn({ terraform: await findTerraform(process.env), folder, reattach, env: process.env })
    const cloudflare = { source: CLOUDFLARE.source }
    const document = { terraform: { required_providers: { cloudflare } }, provider: { cloudflare: {} } }
    writeFileSync(join(folder, 'main.tf.json'), JSON.stringify(document))
    assert.equal((await run(folder, 'init')).code, 0)
    const { code, stderr, stdout } = await run(folder, 'validate', '-no-color')
    assert.equal(code, 0, `${stdout}${stderr}`)
  } finally {
    await provider.close()
    rmSync(folder, { recursive: true })
  }
})

test('objects and lists of objects are attributes, with what Cloudflare fills in inside', () => {
  const pool = schema.resource.cloudflare_load_balancer_pool
  const { origins, load_shedding: shedding } = pool?.blocks ?? {}
  assert.deepEqual([origins?.nesting, origins?.attribute], ['list', { required: true }])
  assert.deepEqual([shedding?.nesting, shedding?.attribute], ['single', { optional: true, computed: true }])
  assert.deepEqual(origins?.block.attributes.weight, { type: 'number', optional: true, computed: true, default: 1 })
  assert.deepEqual(origins?.block.attributes.disabled_at, { type: 'string', computed: true })
  assert.equal(origins?.block.blocks.header?.nesting, 'single')
  const weights = schema.resource.cloudflare_load_balancer?.blocks.random_steering?.block.attributes.pool_weights
  assert.deepEqual(weights?.type, ['map', 'number'])
  const pools = schema.resource.cloudflare_load_balancer?.attributes.region_pools
  assert.deepEqual(pools?.type, ['map', ['list', 'string']])
})

test('every rule and default is about an argument that Cloudflare’s provider has', () => {
  const named = new Map<string, string[]>()
  const note = (type: string, names: readonly string[]) => named.set(type, [...(named.get(type) ?? []), ...names])
  for (const [type, rules] of Object.entries(CLOUDFLARE_REPLACEMENTS)) {
    for (const { arguments: names } of rules) note(type, [...names])
  }
  for (const [type, { oneOf, between, needs = [] }] of Object.entries(CLOUDFLARE_ARGUMENTS)) {
    note(type, [...Object.keys({ ...oneOf, ...between }), ...needs.flat()])
  }
  for (const [type, defaults] of Object.entries(CLOUDFLARE_DEFAULTS)) note(type, Object.keys(defaults))
  const unknown = [...named].flatMap(([type, names]) => {
    return names.filter((path) => !has(type, path.split('.'))).map((path) => `${type}.${path}`)
  })
  assert.deepEqual(unknown, [])
})

function has(type: string, path: readonly string[]): boolean {
  let block = schema.resource[type]
  for (const step of path.slice(0, -1)) block = block?.blocks[step]?.block
  const last = path.at(-1) ?? ''
  return block?.attributes[last] !== undefined || block?.blocks[last] !== undefined
}
