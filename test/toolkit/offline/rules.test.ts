import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse } from 'yaml'
import type { Finding } from '../../../toolkit/offline/provider/diagnostic.ts'
import { conform } from '../../../toolkit/offline/provider/schema-message.ts'
import { checkChange } from '../../../toolkit/offline/rules/apply-rules.ts'
import { APPLY_RULES } from '../../../toolkit/offline/rules/apply-table.ts'
import { checkArguments } from '../../../toolkit/offline/rules/argument-rules.ts'
import { ARGUMENTS } from '../../../toolkit/offline/rules/argument-table.ts'
import { CLOUDFLARE_ARGUMENTS } from '../../../toolkit/offline/rules/cloudflare-table.ts'
import { replacedFor } from '../../../toolkit/offline/rules/replacement.ts'
import { REPLACEMENTS } from '../../../toolkit/offline/rules/replacement-table.ts'
import { SOURCE_FILES } from '../../../toolkit/offline/rules/source-files.ts'
import { recoverSchema } from '../../../toolkit/offline/schema/recover-schema.ts'
import { SECRET_ARGUMENTS } from '../../../toolkit/offline/schema/schema-additions.ts'
import { CLOUDFLARE, vendorOf } from '../../../toolkit/offline/schema/vendor.ts'
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
const ofCloudflare = {
  resource: new Set(Object.keys(CLOUDFLARE_ARGUMENTS)),
  data: new Set<string>(),
  ephemeral: new Set<string>(),
}
const blocks = { ...schema.resource, ...recoverSchema(ofCloudflare, CLOUDFLARE).resource }

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

test('every type that a stack uses has been looked up, for what replaces it and for what it refuses', () => {
  const used = typesOfStacks().filter((type) => type.startsWith('aws_'))
  assert.ok(used.length > 60)
  for (const [table, entries] of Object.entries({ REPLACEMENTS, ARGUMENTS, SOURCE_FILES })) {
    assert.deepEqual(
      used.filter((type) => !(type in entries)),
      [],
      `missing in ${table}; where there is nothing beyond the schema, say so`,
    )
  }
})

test('every rule names the file that it was read in', () => {
  const ruled = [...Object.keys(REPLACEMENTS), ...Object.keys(ARGUMENTS), ...Object.keys(APPLY_RULES)]
  assert.deepEqual(
    ruled.filter((type) => !SOURCE_FILES[type]),
    [],
  )
})

test('every argument that a stack hands over without keeping it is known to be write-only', () => {
  const written = [...stacksOf().matchAll(/resource (\w+)\.\S+ .*?"(\w+_wo)":/g)].map(([, type = '', name = '']) => [
    type,
    name,
  ])
  assert.ok(written.length > 0)
  for (const [type = '', name = ''] of written) {
    assert.ok(SECRET_ARGUMENTS[type]?.writeOnly?.includes(name), `${type}.${name}`)
  }
})

/** What the golden cases of stacks hold. */
function stacksOf(): string {
  const cases = new URL('../../golden/stacks/', import.meta.url)
  return readdirSync(cases)
    .map((file) => readFileSync(new URL(file, cases), 'utf8'))
    .join('\n')
}

function typesOfStacks(): string[] {
  return [...new Set([...stacksOf().matchAll(/^ {2}resource (\w+)\./gm)].map(([, type = '']) => type))]
}

function judge({ type, version = vendorOf(type).oldestVersion, before, after }: Case): string[] {
  const block = blocks[type]
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
