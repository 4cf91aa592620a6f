import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { antipodePages } from '../../provider/documentation/antipode-pages.ts'
import { type Attributes, isNested } from '../../provider/framework/schema.ts'
import { antipodeProvider } from '../../provider/provider.ts'

const FOLDER = fileURLToPath(new URL('../../docs/provider', import.meta.url))
const EXAMPLES = fileURLToPath(new URL('../../provider/examples/resources', import.meta.url))

test('the pages of the provider are those of its schemas', () => {
  const pages = antipodePages()
  for (const { path, text } of pages) {
    const file = join(FOLDER, path)
    assert.ok(
      existsSync(file) && readFileSync(file, 'utf8') === text,
      `${path} is stale; run node provider/documentation/main.ts`,
    )
  }
  const there = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md'))
  assert.deepEqual(there.sort(), pages.map(({ path }) => path).sort())
})

test('every attribute says more than its name', () => {
  const mute: string[] = []
  const look = (at: string, attributes: Attributes) => {
    for (const [name, attribute] of Object.entries(attributes)) {
      const path = `${at}.${name}`
      const words = name.replaceAll('_', ' ')
      if (attribute.description.length < 8 || attribute.description.toLowerCase().startsWith(`${words}.`))
        mute.push(path)
      if (isNested(attribute)) look(path, attribute.attributes)
    }
  }
  const { resources, dataSources, ephemeralResources } = antipodeProvider
  for (const kind of [resources, dataSources, ephemeralResources]) {
    for (const [type, { schema }] of Object.entries(kind)) look(type, schema.attributes)
  }
  assert.deepEqual(mute, [])
})

test('every resource has an example', () => {
  const shown = readdirSync(EXAMPLES).map((name) => name.replace(/\.tf$/, ''))
  assert.deepEqual(shown.sort(), Object.keys(antipodeProvider.resources).sort())
})
