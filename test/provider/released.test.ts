import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import type { Provider } from '../../provider/framework/provider.ts'
import { antipodeProvider } from '../../provider/provider.ts'
import { breakages, type SchemaShape, shapeOf } from '../../provider/release/schema-shape.ts'
import { startControlPlane } from './control-plane.ts'
import { skip, TerraformWorkspace } from './terraform-workspace.ts'

const SHAPE = new URL('../../provider/release/released-schema.json', import.meta.url)
const STATES = new URL('../golden/provider/states/', import.meta.url)
const provider = antipodeProvider as Provider<never>

let controlPlane: Awaited<ReturnType<typeof startControlPlane>>
before(async () => {
  controlPlane = await startControlPlane()
})
after(() => controlPlane.close())

test('nothing that was released changes its type, disappears or must now be written', () => {
  const now = shapeOf(provider)
  // With a release, and not with every change: what it says is what must not break.
  if (process.env.ANTIPODE_RELEASE) writeFileSync(SHAPE, `${JSON.stringify(now, null, 2)}\n`)
  const released = JSON.parse(readFileSync(SHAPE, 'utf8')) as SchemaShape
  assert.deepEqual(breakages(released, now), [])
})

for (const [what, was, is, broken] of [
  [
    'an attribute that is gone',
    { 'resource a': 'version 0', 'resource a.b': '"string" optional' },
    { 'resource a': 'version 0' },
    1,
  ],
  ['another type', { 'resource a.b': '"string" optional' }, { 'resource a.b': '"number" optional' }, 1],
  [
    'what may be left out and must now be written',
    { 'resource a.b': '"string" optional' },
    { 'resource a.b': '"string" required' },
    1,
  ],
  [
    'a new attribute that must be written',
    { 'resource a': 'version 0' },
    { 'resource a': 'version 0', 'resource a.b': '"string" required' },
    1,
  ],
  [
    'what must be written and may now be left out',
    { 'resource a.b': '"string" required' },
    { 'resource a.b': '"string" optional' },
    0,
  ],
  [
    'a new attribute',
    { 'resource a': 'version 0' },
    { 'resource a': 'version 0', 'resource a.b': '"string" optional' },
    0,
  ],
  [
    'what is told and may now be written too',
    { 'resource a.b': '"string" computed' },
    { 'resource a.b': '"string" optional-computed' },
    0,
  ],
  ['a newer state', { 'resource a': 'version 0' }, { 'resource a': 'version 1' }, 0],
  ['an older state', { 'resource a': 'version 1' }, { 'resource a': 'version 0' }, 1],
] as const) {
  test(`${what} ${broken ? 'breaks' : 'breaks nothing'}`, () => {
    assert.equal(breakages(was, is as SchemaShape).length, broken)
  })
}

for (const release of readdirSync(STATES)) {
  test(`a state that release ${release} wrote is planned without a change`, { skip }, async () => {
    const read = (file: string) => readFileSync(new URL(`${release}/${file}`, STATES), 'utf8')
    const terraform = await TerraformWorkspace.over(antipodeProvider)
    try {
      Object.assign(process.env, controlPlane.env)
      for (const [path, body] of Object.entries(JSON.parse(read('stored.json')) as Record<string, object>)) {
        const { status } = await controlPlane.call('PUT', path, body)
        assert.ok(status < 300, path)
      }
      terraform.write(read('main.tf'))
      terraform.write(read('terraform.tfstate'), 'terraform.tfstate')
      const { code, stdout, stderr } = await terraform.run('plan', '-no-color', '-detailed-exitcode')
      assert.equal(code, 0, stdout + stderr)
    } finally {
      await terraform.close()
    }
  })
}
