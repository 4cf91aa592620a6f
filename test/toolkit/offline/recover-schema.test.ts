import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { recoverSchema } from '../../../toolkit/offline/schema/recover-schema.ts'

const modules = join(dirname(createRequire(import.meta.url).resolve('@cdktf/provider-aws/package.json')), 'lib')

test('the schema of every resource and data source of the package is recovered', () => {
  const names = readdirSync(modules, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [entry.name] : [],
  )
  const typeOf = (name: string): string => `aws_${name.replace(/^data-aws-/, '').replaceAll('-', '_')}`
  const [data, resources] = [true, false].map((wanted) =>
    names.filter((name) => name !== 'provider' && name.startsWith('data-aws-') === wanted).map(typeOf),
  )
  const schema = recoverSchema({ resource: new Set(resources), data: new Set(data), ephemeral: new Set() })
  assert.match(schema.version, /^6\.\d+\.\d+$/)
  const missing = (resources ?? []).filter((type) => !schema.resource[type])
  const missingData = (data ?? []).filter((type) => !schema.data[type])
  assert.deepEqual([missing, missingData], [[], []])
  const empty = Object.entries(schema.resource).filter(([, { attributes }]) => Object.keys(attributes).length === 0)
  assert.deepEqual(empty, [])
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
