import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse } from 'yaml'
import { topology as example } from '../../stacks/examples/active-passive.ts'
import { defineTopology, type TopologyDescription } from '../../topology/index.ts'
import { type Block, resources, synthesise } from '../stacks/synthesise.ts'

const page = readFileSync(new URL('../../docs/change-the-writer.md', import.meta.url), 'utf8')
const blocks = (language: string): string[] => {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, body = '']) => body)
}

/** The example with what a block of the page says of its regions. */
function described(block: string | undefined) {
  const { regions } = parse(block ?? '') as { regions: Record<string, object> }
  const changed = Object.entries(example.regions).map(([name, region]) => [name, { ...region, ...regions[name] }])
  return defineTopology({ ...example, regions: Object.fromEntries(changed) } as unknown as TopologyDescription)
}

const [swapped, rejoined] = blocks('yaml').map((block) => synthesise(described(block)))
const before = synthesise(example)

test('the roles that the page swaps change nothing of a database', () => {
  for (const region of Object.keys(example.regions)) {
    assert.deepEqual(swapped?.get(`payments-${region}-data`), before.get(`payments-${region}-data`))
  }
})

test('the database that the page builds again is the one it names, made out of the one that writes', () => {
  const [instance] = Object.values(resources(rejoined?.get('payments-us-east-1-data'), 'aws_db_instance'))
  assert.equal(instance?.identifier, 'payments-us-east-1-g2')
  assert.match(`${instance?.replicate_source_db}`, /:rds:us-west-2:.*:db:payments-us-west-2-g1$/)
  assert.match(page, /creates `payments-us-east-1-g2`/)
})

test('the commands of the page are about what the stacks have made', () => {
  const commands = blocks('sh').join('')
  const [instance] = Object.values(resources(before.get('payments-us-east-1-data'), 'aws_db_instance')) as [Block]
  assert.match(commands, new RegExp(`--db-instance-identifier ${instance.identifier} `))
  assert.match(commands, new RegExp(`--final-db-snapshot-identifier ${instance.final_snapshot_identifier}\n`))
})
