import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { AwsProvider } from '@cdktf/provider-aws/lib/provider/index.js'
import { App, TerraformStack } from 'cdktf'
import { RegionNetwork } from '../../constructs/index.ts'
import { constructPages, type Page } from '../../toolkit/documentation/pages.ts'

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')
const WRITE_ANEW = 'write the pages anew with `node toolkit/documentation/main.ts`'

describe('docs/constructs', () => {
  let pages: readonly Page[] = []
  before(() => {
    pages = constructPages(root)
  })

  it('says what the declarations say', () => {
    const stale = pages.filter(({ path, text }) => {
      return !existsSync(join(root, path)) || readFileSync(join(root, path), 'utf8') !== text
    })
    assert.deepEqual(
      stale.map(({ path }) => path),
      [],
      WRITE_ANEW,
    )
  })

  it('has a page for nothing else', () => {
    const written = readdirSync(join(root, 'docs', 'constructs')).map((name) => `docs/constructs/${name}`)
    assert.deepEqual(written.sort(), pages.map(({ path }) => path).sort(), WRITE_ANEW)
  })

  it('shows how every construct is used that somebody can make', () => {
    const without = pages.filter(({ path, text }) => {
      // What `fromExisting` returns is shown where that is.
      const made = /^Abstract;/m.test(text) || path.includes('/existing-')
      return !path.endsWith('README.md') && !made && !text.includes('\n## Example\n')
    })
    assert.deepEqual(
      without.map(({ path }) => path),
      [],
      'add test/docs/examples/<construct>.ts, and write the pages anew',
    )
  })
})

describe('the examples of docs/constructs', () => {
  for (const file of readdirSync(join(root, 'test', 'docs', 'examples'))) {
    it(`synthesises ${file}`, async () => {
      const { example } = await import(`./examples/${file}`)
      const outdir = mkdtempSync(join(tmpdir(), 'example-'))
      try {
        const app = new App({ outdir, stackTraces: false })
        const takesApp = /\(app: App\)/.test(readFileSync(join(root, 'test', 'docs', 'examples', file), 'utf8'))
        if (takesApp) example(app)
        else inStack(app, regionOf(file), example)
        app.synth()
        assert.ok(readdirSync(join(outdir, 'stacks')).length > 0)
      } finally {
        rmSync(outdir, { recursive: true })
      }
    })
  }
})

/** Keys work in their own region alone, so an example with a key tells where it is to be deployed. */
function regionOf(file: string): string {
  const text = readFileSync(join(root, 'test', 'docs', 'examples', file), 'utf8')
  return /arn:aws:kms:([\w-]+):/.exec(text)?.[1] ?? 'us-east-1'
}

type Example = (stack: TerraformStack, network?: RegionNetwork) => void

function inStack(app: App, region: string, example: Example): void {
  const stack = new TerraformStack(app, 'example')
  new AwsProvider(stack, 'aws', { region })
  const zones = [`${region}a`, `${region}b`]
  const network =
    example.length > 1 && new RegionNetwork(stack, 'given-network', { name: 'given', cidr: '10.1.0.0/16', zones })
  example(stack, network || undefined)
}
