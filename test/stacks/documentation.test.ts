import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parse } from 'yaml'
import { defineTopology, loadTopology, recoveryBound, topologyHash } from '../../topology/index.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

// Within the project, so that snippets find `antipode/…` as its users do, and out of git's sight.
mkdirSync(join(root, '.antipode'), { recursive: true })
const folder = mkdtempSync(join(root, '.antipode', 'documentation-'))
after(() => rmSync(folder, { recursive: true }))

/** The snippets of one language on a page, in order. */
function snippets(page: string, language: string): string[] {
  const text = readFileSync(join(root, 'docs', page), 'utf8')
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].flatMap(([, of, body]) =>
    of === language && body ? [body] : [],
  )
}

test('docs/describe.md: the TypeScript and the YAML describe one topology, which needs what the page says', async () => {
  const [typescript = ''] = snippets('describe.md', 'ts')
  const file = join(folder, 'topology.ts')
  writeFileSync(file, typescript)
  const topology = await loadTopology(file)
  const [yaml = '', sites = '', rebuilt = ''] = snippets('describe.md', 'yaml')
  assert.equal(topologyHash(defineTopology(parse(yaml))), topologyHash(topology))

  const [arithmetic, problems] = snippets('describe.md', 'text')
  assert.equal(arithmetic?.trim(), recoveryBound(topology).arithmetic)
  const wrong = yaml.replace('10.20.0.0/16', '10.10.128.0/20').replace('detect: 40s, rto: 60s', 'rto: 45s')
  assert.throws(() => defineTopology(parse(wrong)), { message: problems?.trimEnd() })

  assert.equal(defineTopology({ ...parse(yaml), ...parse(sites) }).sites.frankfurt?.asn, 65_010)

  const description = parse(yaml)
  Object.assign(description.regions, parse(rebuilt))
  description.regions['us-west-2'].role = 'primary'
  description.regions['us-west-2'].dataPlane.instances = 6
  assert.equal(defineTopology(description).regions['us-east-1']?.database?.generation, 2)
})

for (const [index, snippet] of snippets('synth.md', 'ts').entries()) {
  test(`docs/synth.md: TypeScript snippet ${index + 1} synthesises`, () => {
    const file = join(folder, `app-${index}.ts`)
    writeFileSync(file, snippet)
    const outdir = join(folder, `out-${index}`)
    const env = { ...process.env, CDKTF_OUTDIR: outdir }
    const run = spawnSync(process.execPath, [pathToFileURL(file).pathname], { cwd: folder, env, encoding: 'utf8' })
    assert.equal(run.status, 0, run.stderr)
    assert.ok(readdirSync(join(outdir, 'stacks')).length > 0)
  })
}
