import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import { topology } from '../../stacks/examples/active-passive.ts'

const main = fileURLToPath(new URL('../../stacks/main.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'synth-'))
after(() => rmSync(folder, { recursive: true }))

function synth(outdir: string, ...files: string[]) {
  const env = { ...process.env, CDKTF_OUTDIR: outdir }
  return spawnSync(process.execPath, [main, ...files], { cwd: folder, env, encoding: 'utf8' })
}

test('without arguments both examples come out, with every stack in the manifest', () => {
  const outdir = join(folder, 'made', 'on-the-way')
  const run = synth(outdir)
  assert.equal(run.status, 0, run.stderr)
  assert.equal(run.stdout + run.stderr, '')
  const ids = readdirSync(join(outdir, 'stacks'))
  assert.ok(ids.includes('payments-gslb') && ids.includes('storefront-eu-west-1-data-plane'), ids.join())
  const { stacks } = JSON.parse(readFileSync(join(outdir, 'manifest.json'), 'utf8'))
  assert.deepEqual(Object.keys(stacks).sort(), ids.sort())
  for (const id of ids) {
    const text = readFileSync(join(outdir, 'stacks', id, 'cdk.tf.json'), 'utf8')
    assert.ok(!text.includes(folder) && !text.includes(main), `${id} names a path of this machine`)
  }
})

test('a topology that is named comes out, and only that one', () => {
  const file = join(folder, 'payments.yaml')
  writeFileSync(file, stringify(JSON.parse(JSON.stringify(topology))))
  const run = synth(join(folder, 'one'), file)
  assert.equal(run.status, 0, run.stderr)
  assert.ok(readdirSync(join(folder, 'one', 'stacks')).every((id) => id.startsWith('payments-')))
})

test('a topology with problems is refused with exit 2, and nothing is written', () => {
  const file = join(folder, 'wrong.yaml')
  writeFileSync(file, 'name: payments\n')
  const run = synth(join(folder, 'none'), file)
  assert.equal(run.status, 2)
  assert.match(run.stderr, /^topology payments: 5 problems\n {2}mode/)
  assert.throws(() => readdirSync(join(folder, 'none')))
})

test('the plain `cdktf synth` writes the same stacks', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const [direct, throughCli] = [join(folder, 'direct'), join(folder, 'cli')]
  assert.equal(synth(direct).status, 0)
  const cli = join(root, 'node_modules', 'cdktf-cli', 'bundle', 'bin', 'cdktf')
  const env = { ...process.env, CHECKPOINT_DISABLE: '1', PATH: `${dirname(process.execPath)}:${process.env.PATH}` }
  const run = spawnSync(process.execPath, [cli, 'synth', '--output', throughCli], { cwd: root, env, encoding: 'utf8' })
  assert.equal(run.status, 0, run.stdout + run.stderr)
  for (const id of readdirSync(join(direct, 'stacks'))) {
    const read = (outdir: string) => readFileSync(join(outdir, 'stacks', id, 'cdk.tf.json'), 'utf8')
    assert.equal(read(throughCli), read(direct), id)
  }
})
