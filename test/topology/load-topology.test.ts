import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { stringify } from 'yaml'
import type { AntipodeError } from '../../runtime/model/errors.ts'
import { topology } from '../../stacks/examples/active-passive.ts'
import { loadTopology, topologyHash } from '../../topology/index.ts'

let folder = ''
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'load-topology-'))
})
after(() => rm(folder, { recursive: true }))

async function file(name: string, content: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}

async function refuses(path: string, message: RegExp): Promise<void> {
  await assert.rejects(loadTopology(path), (error: AntipodeError) => {
    assert.equal(error.code, 'TOPOLOGY_INVALID')
    assert.equal(error.exit, 2)
    assert.match(error.message, message)
    return true
  })
}

test('one topology as TypeScript, YAML and JSON is the same topology', async () => {
  const plain = JSON.parse(JSON.stringify(topology))
  const files = [
    new URL('../../stacks/examples/active-passive.ts', import.meta.url).pathname,
    await file('plain.yaml', stringify(plain)),
    await file('plain.json', JSON.stringify(plain)),
    await file('plain.mjs', `export const topology = ${JSON.stringify(plain)}`),
  ]
  for (const path of files) assert.equal(topologyHash(await loadTopology(path)), topologyHash(topology), path)
})

test('a file that is missing, of another kind, broken or without a topology is refused by name', async () => {
  await refuses(join(folder, 'absent.yaml'), /absent\.yaml.*ENOENT/s)
  await refuses(join(folder, 'absent.ts'), /absent\.ts/)
  await refuses(await file('topology.toml', ''), /toml.*cannot be read; name a file that ends in \.ts/s)
  await refuses(await file('broken.yaml', 'name: [payments'), /broken\.yaml/)
  await refuses(await file('broken.json', '{"name": '), /broken\.json/)
  await refuses(await file('empty.mjs', 'export const other = 1'), /exports no topology/)
  await refuses(await file('throws.mjs', 'throw new RangeError("a duration is … not NaN ms")'), /not NaN ms/)
})

test('every problem of a file is reported with its path', async () => {
  const path = await file('wrong.yaml', 'name: payments\nmode: active-passive\nhosts: a\nregions: {}\n')
  await refuses(path, /^topology payments: 5 problems\n {2}hosts +is unknown; did you mean host\?/)
})

test('quantities and refusals of another copy of this package are understood', async () => {
  const plain = JSON.parse(JSON.stringify(topology))
  const foreign = `
    const foreign = (text) => ({ toJSON: () => text })
    export const topology = ${JSON.stringify({ ...plain, peak: 'PEAK' }).replace('"PEAK"', 'foreign("6000/s")')}`
  assert.equal(topologyHash(await loadTopology(await file('foreign.mjs', foreign))), topologyHash(topology))
  const refusal = `
    const details = { name: 'payments', problems: '1 problem\\n  peak   0', found: [] }
    throw Object.assign(new Error('x'), { name: 'AntipodeError', code: 'TOPOLOGY_INVALID', details })`
  await refuses(await file('refusal.mjs', refusal), /^topology payments: 1 problem\n {2}peak {3}0$/)
})

test('an empty file, and one that refers to itself without end, are refused', async () => {
  await refuses(await file('empty.yaml', ''), /null is no object; write \{ name, mode/)
  const bomb = [
    'a: &a [x, x]',
    ...'bcdefghijklmnopqrst'.split('').map((key, index) => {
      const before = 'abcdefghijklmnopqrst'[index]
      return `${key}: &${key} [${Array(9).fill(`*${before}`)}]`
    }),
  ]
  await refuses(await file('bomb.yaml', bomb.join('\n')), /alias/)
})
