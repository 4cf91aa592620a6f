import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { topology } from '../../stacks/examples/active-passive.ts'
import { estimate } from '../../toolkit/cost/estimate.ts'
import { readPriceFile } from '../../toolkit/cost/price-file.ts'
import { synthesise } from '../stacks/synthesise.ts'
import { CommandLine } from '../toolkit/cli-process.ts'
import { skip } from '../toolkit/offline/terraform-available.ts'
import { cannotRunPages, runPage } from './page-runner.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

function snippets(page: string, language: string): string[] {
  const text = readFileSync(join(root, 'docs', page), 'utf8')
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, body]) => body!)
}

// What needs an account stands in ```bash, what does not in ```sh.
for (const page of ['from-zero.md', 'opentofu.md']) {
  describe(`docs/${page}`, () => {
    it('shows commands that work without an account', { skip: cannotRunPages || skip }, async (test) => {
      const commandLine = new CommandLine()
      test.after(() => commandLine.close())
      assert.match((await runPage(page, commandLine)).join('\n'), /13 stacks in/)
    })

    it('shows commands for an account that are at least shell, and flags that there are', () => {
      for (const snippet of snippets(page, 'bash')) {
        const { status, stderr } = spawnSync('bash', ['-n', '-c', snippet], { encoding: 'utf8' })
        assert.equal(status, 0, stderr)
        for (const [, command = '', rest = ''] of snippet.matchAll(/npx antipode (\S+)(.*)/g)) {
          const help = spawnSync(process.execPath, [join(root, 'toolkit', 'cli.ts'), command, '--help'], {
            encoding: 'utf8',
          })
          assert.equal(help.status, 0, help.stderr)
          for (const [name] of rest.matchAll(/--[\w-]+/g)) assert.ok(help.stdout.includes(name), `${command} ${name}`)
        }
      }
    })
  })
}

describe('docs/from-zero.md', () => {
  it('tells what each stack costs as `antipode cost` does', async () => {
    const { prices, usage } = await readPriceFile(undefined)
    const { regions } = estimate(topology, synthesise(topology), usage, prices)
    const costs = new Map(regions.flatMap(({ stacks }) => stacks.map(({ stack, usual }) => [stack, usual.toFixed(2)])))
    const text = readFileSync(join(root, 'docs', 'from-zero.md'), 'utf8')
    const rows = [...text.matchAll(/^\| `([\w-]+)` \| ([\d.]+) \| ([\d.]*) ?\|/gm)]
    const told = rows.flatMap(([, layer, home = '', standby = '']) => {
      if (!standby) return [[`payments-${layer}`, home]]
      return [
        [`payments-us-east-1-${layer}`, home],
        [`payments-us-west-2-${layer}`, standby],
      ]
    })
    assert.deepEqual(Object.fromEntries(told), Object.fromEntries(costs))
  })

  it('shows an app that synthesises, with its state in buckets of each region', () => {
    mkdirSync(join(root, '.antipode'), { recursive: true })
    const folder = mkdtempSync(join(root, '.antipode', 'from-zero-'))
    try {
      const example = readFileSync(join(root, 'stacks', 'examples', 'active-passive.ts'), 'utf8')
      writeFileSync(join(folder, 'payments.ts'), example.replace("'../../topology/index.ts'", "'antipode/topology'"))
      writeFileSync(join(folder, 'app.ts'), snippets('from-zero.md', 'ts')[0]!)
      const outdir = join(folder, 'out')
      const env = { ...process.env, CDKTF_OUTDIR: outdir }
      const run = spawnSync(process.execPath, ['app.ts'], { cwd: folder, env, encoding: 'utf8' })
      assert.equal(run.status, 0, run.stderr)
      for (const stack of readdirSync(join(outdir, 'stacks'))) {
        const { terraform } = JSON.parse(readFileSync(join(outdir, 'stacks', stack, 'cdk.tf.json'), 'utf8'))
        assert.match(terraform.backend.s3.bucket, /^payments-state-us-(east-1|west-2)$/)
      }
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
