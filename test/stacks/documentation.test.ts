import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parse } from 'yaml'
import { topology as activeActive } from '../../stacks/examples/active-active.ts'
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
  const { yaml = '', rebuilt = '' } = describedInYaml()
  assert.equal(topologyHash(defineTopology(parse(yaml))), topologyHash(topology))

  const [arithmetic, problems] = snippets('describe.md', 'text')
  assert.equal(arithmetic?.trim(), recoveryBound(topology).arithmetic)
  const wrong = yaml.replace('10.20.0.0/16', '10.10.128.0/20').replace('detect: 40s, rto: 60s', 'rto: 45s')
  assert.throws(() => defineTopology(parse(wrong)), { message: problems?.trimEnd() })

  const description = parse(yaml)
  Object.assign(description.regions, parse(rebuilt))
  description.regions['us-west-2'].role = 'primary'
  description.regions['us-west-2'].dataPlane.instances = 6
  assert.equal(defineTopology(description).regions['us-east-1']?.database?.generation, 2)
})

test('docs/describe.md: edges, sites, clusters and keys go with the topology that the page begins with', () => {
  const { yaml, edge, told, vpn, site, clusters, key } = describedInYaml()
  const described = parse(yaml ?? '')
  const withRegion = (snippet = '') => ({ ...described, regions: { ...described.regions, ...parse(snippet) } })
  const edges = defineTopology(withRegion(edge))
  assert.deepEqual(edges.regions['eu-west-1']?.controlPlane, { instances: 0, from: ['us-east-1', 'us-west-2'] })
  assert.equal(edges.gslb.policy, 'latency')
  assert.equal(defineTopology({ ...described, ...parse(vpn ?? '') }).sites.frankfurt?.asn, 65_010)
  const { sites, adminFrom } = defineTopology({ ...described, ...parse(site ?? '') })
  assert.equal(sites.frankfurt?.dataPlane?.near, 'eu-central-1')
  assert.deepEqual(adminFrom, ['192.0.2.0/24'])
  const { regions } = defineTopology({ ...described, ...parse(clusters ?? '') })
  assert.equal(regions['us-west-2']?.clusters.partners?.growsTo, 4)
  assert.match(defineTopology(withRegion(key)).regions['us-west-2']?.key ?? '', /^arn:aws:kms:us-west-2:/)

  const { links: _, ...unlinked } = activeActive
  const active = { ...unlinked, regions: { ...activeActive.regions, ...parse(told ?? '') } }
  assert.deepEqual(defineTopology(active).regions['ap-south-1']?.controlPlane.from, ['eu-west-1'])
})

/** The YAML of the page, by what it is about. */
function describedInYaml() {
  const [yaml, edge, told, vpn, site, clusters, key, rebuilt] = snippets('describe.md', 'yaml')
  return { yaml, edge, told, vpn, site, clusters, key, rebuilt }
}

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
