import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse } from 'yaml'
import type { Finding } from '../../../toolkit/offline/provider/diagnostic.ts'
import { conform } from '../../../toolkit/offline/provider/schema-message.ts'
import { checkChange } from '../../../toolkit/offline/rules/apply-rules.ts'
import { checkArguments } from '../../../toolkit/offline/rules/argument-rules.ts'
import { ARGUMENTS } from '../../../toolkit/offline/rules/argument-table.ts'
import { replacedFor } from '../../../toolkit/offline/rules/replacement.ts'
import { REPLACEMENTS } from '../../../toolkit/offline/rules/replacement-table.ts'
import { recoverSchema } from '../../../toolkit/offline/schema/recover-schema.ts'
import { SECRET_ARGUMENTS } from '../../../toolkit/offline/schema/schema-additions.ts'
import { AWS } from '../../../toolkit/offline/schema/vendor.ts'
import type { ValueObject } from '../../../toolkit/offline/wire/value.ts'

interface Case {
  readonly type: string
  readonly version?: string
  readonly before: ValueObject | null
  readonly after: ValueObject | null
}

// Each case: a resource as it was and as it is written now, a line of dashes, what the rules say. UPDATE_GOLDEN=1 writes
// what they say now.
const folder = new URL('../../golden/offline/', import.meta.url)

const types = new Set([...Object.keys(REPLACEMENTS), ...Object.keys(ARGUMENTS), ...Object.keys(SECRET_ARGUMENTS)])
const schema = recoverSchema({ resource: types, data: new Set(), ephemeral: new Set() })

for (const file of readdirSync(folder)) {
  test(`what replaces and what fails: ${file.replace(/\.txt$/, '').replaceAll('-', ' ')}`, () => {
    const [input = '', expected = ''] = readFileSync(new URL(file, folder), 'utf8').split(/^---\n/m)
    const said = `${judge(parse(input)).join('\n')}\n`
    if (process.env.UPDATE_GOLDEN) writeFileSync(new URL(file, folder), `${input}---\n${said}`)
    else assert.equal(said, expected)
  })
}

test('every rule is about a type and an argument that the provider has', () => {
  const unknown: string[] = []
  const expect = (type: string, names: readonly string[]): void => {
    const block = schema.resource[type]
    for (const name of names.map((path) => path.split('.')[0] ?? '')) {
      if (!block?.attributes[name] && !block?.blocks[name]) unknown.push(`${type}.${name}`)
    }
  }
  for (const [type, rules] of Object.entries(REPLACEMENTS)) {
    for (const rule of rules) expect(type, [...(rule.arguments === 'every' ? [] : rule.arguments)])
  }
  for (const [type, rules] of Object.entries(ARGUMENTS)) {
    expect(type, Object.keys({ ...rules.oneOf, ...rules.between, ...rules.longest }))
    expect(type, [...(rules.conflicts ?? []), ...(rules.exactlyOne ?? []), ...(rules.needs ?? [])].flat())
  }
  assert.deepEqual(unknown, [])
})

function judge({ type, version = AWS.oldestVersion, before, after }: Case): string[] {
  const block = schema.resource[type]
  assert.ok(block, type)
  const [prior, planned] = [before, after].map((value) => conform(block, value) as ValueObject | null)
  const change = { type, block, prior: prior ?? null, planned: planned ?? null, config: planned ?? null, version }
  const replaced = replacedFor(change).map(({ argument, source }) => `replaced for ${argument} [${source}]`)
  const findings = [...checkArguments(type, block, planned ?? null), ...checkChange(change)].map(describe)
  const said = [...replaced, ...findings]
  return said.length > 0 ? said : ['changed in place']
}

function describe({ severity, path = [], summary, detail, source }: Finding): string {
  return `${severity} at ${path.join('.')}: ${summary}. ${detail} [${source}]`
}
