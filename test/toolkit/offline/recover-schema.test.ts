import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { serveProviders } from '../../../toolkit/offline/provider/serve-provider.ts'
import { recoverSchema } from '../../../toolkit/offline/schema/recover-schema.ts'
import { EPHEMERAL_RESOURCES } from '../../../toolkit/offline/schema/schema-additions.ts'
import { findTerraform, terraformIn } from '../../../toolkit/offline/terraform/terraform.ts'
import { skip } from './terraform-available.ts'

const modules = join(dirname(createRequire(import.meta.url).resolve('@cdktf/provider-aws/package.json')), 'lib')
const names = readdirSync(modules, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
)
const typesOf = (data: boolean): Set<string> => {
  const chosen = names.filter((name) => name !== 'provider' && name.startsWith('data-aws-') === data)
  return new Set(chosen.map((name) => `aws_${name.replace(/^data-aws-/, '').replaceAll('-', '_')}`))
}
const everything = {
  resource: typesOf(false),
  data: typesOf(true),
  ephemeral: new Set(Object.keys(EPHEMERAL_RESOURCES)),
}

test('the schema of every resource and data source of the package is recovered', () => {
  const schema = recoverSchema(everything)
  assert.match(schema.version, /^6\.\d+\.\d+$/)
  for (const kind of ['resource', 'data', 'ephemeral'] as const) {
    const missing = [...everything[kind]].filter((type) => !schema[kind][type])
    const empty = Object.entries(schema[kind]).filter(([, { attributes }]) => Object.keys(attributes).length === 0)
    assert.deepEqual([missing, empty], [[], []])
  }
})

test('the real Terraform accepts all of it', { skip }, async () => {
  const provider = await serveProviders([recoverSchema(everything)])
  const folder = mkdtempSync(join(tmpdir(), 'whole-schema-'))
  try {
    const { reattach } = provider
    const run = terraformIn({ terraform: await findTerraform(process.env), folder, reattach, env: process.env })
    const aws = { source: 'hashicorp/aws' }
    const document = { terraform: { required_providers: { aws } }, provider: { aws: { region: 'eu-west-1' } } }
    writeFileSync(join(folder, 'main.tf.json'), JSON.stringify(document))
    assert.equal((await run(folder, 'init')).code, 0)
    const { code, stderr, stdout } = await run(folder, 'validate', '-no-color')
    assert.equal(code, 0, `${stdout}${stderr}`)
  } finally {
    await provider.close()
    rmSync(folder, { recursive: true })
  }
})

test('flags, types, blocks and what AWS fills in are told apart', () => {
  const types = ['aws_acm_certificate', 'aws_db_instance', 'aws_ecs_service', 'aws_lb', 'aws_security_group']
  const { resource, provider } = recoverSchema({ resource: new Set(types), data: new Set(), ephemeral: new Set() })
  const attribute = (type: string, name: string): unknown => resource[type]?.attributes[name]
  assert.deepEqual(attribute('aws_ecs_service', 'name'), { type: 'string', required: true })
  assert.deepEqual(attribute('aws_db_instance', 'arn'), { type: 'string', computed: true })
  assert.deepEqual(attribute('aws_lb', 'subnets'), { type: ['set', 'string'], optional: true, computed: true })
  assert.deepEqual(attribute('aws_lb', 'tags'), { type: ['map', 'string'], optional: true })
  const writeOnly = { type: 'string', optional: true, sensitive: true, writeOnly: true }
  assert.deepEqual(attribute('aws_db_instance', 'password_wo'), writeOnly)

  const breaker = resource.aws_ecs_service?.blocks.deployment_circuit_breaker
  assert.deepEqual(
    [breaker?.nesting, breaker?.atMostOne, breaker?.block.attributes.enable],
    ['list', true, { type: 'bool', required: true }],
  )
  assert.equal(resource.aws_ecs_service?.blocks.timeouts?.nesting, 'single')
  assert.equal(resource.aws_lb?.blocks.subnet_mapping?.nesting, 'set')
  // Written as a list of objects, and filled in by AWS where nothing is written: no block.
  const ingress = attribute('aws_security_group', 'ingress') as { type: readonly [string, readonly [string, object]] }
  assert.deepEqual([ingress.type[0], ingress.type[1][0], 'self' in ingress.type[1][1]], ['set', 'object', true])
  assert.deepEqual(provider.blocks.default_tags?.block.attributes.tags, { type: ['map', 'string'], optional: true })
})

test('a type that the package does not have is left out', () => {
  const { resource } = recoverSchema({ resource: new Set(['aws_nothing']), data: new Set(), ephemeral: new Set() })
  assert.deepEqual(resource, {})
})
