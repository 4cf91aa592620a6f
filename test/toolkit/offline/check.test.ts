import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { check, checkStacks } from '../../../toolkit/offline/check-stacks.ts'
import { skip } from './terraform-available.ts'

const ANTIPODE = fileURLToPath(new URL('../../../toolkit/cli.ts', import.meta.url))
const EXAMPLE = fileURLToPath(new URL('../../../stacks/examples/active-passive.ts', import.meta.url))
const page = readFileSync(new URL('../../../docs/offline.md', import.meta.url), 'utf8')
const CASES = new URL('../../golden/stacks/', import.meta.url)

describe('antipode synth --check', () => {
  const folder = mkdtempSync(join(tmpdir(), 'synth-check-'))
  after(() => rmSync(folder, { recursive: true }))

  it('says how to get Terraform where there is none, and ends with 2', async () => {
    const env = { ...process.env, PATH: dirname(process.execPath), ANTIPODE_TERRAFORM: 'no-such-terraform' }
    const { code, stderr } = await antipode(['synth', EXAMPLE, '--output', 'missing', '--check'], env)
    assert.equal(code, 2)
    assert.match(stderr, /no-such-terraform 1\.11 or newer is needed.*developer\.hashicorp\.com\/terraform\/install/)
  })

  it('passes an example, whatever the surroundings say about Terraform and AWS', { skip }, async () => {
    const env = { ...process.env, TF_CLI_ARGS_plan: '-nonsense', AWS_PROFILE: 'nobody', TF_CLI_CONFIG_FILE: '/nowhere' }
    const { code, stdout, stderr } = await antipode(['synth', EXAMPLE, '--output', 'passing', '--check', '--json'], env)
    assert.equal(code, 0, stderr)
    const { stacks, check } = JSON.parse(stdout)
    const outcomes = check.stacks.map(({ stack, outcome, findings }: Record<string, unknown>) => [
      stack,
      outcome,
      findings,
    ])
    assert.deepEqual(outcomes.sort(), stacks.map((stack: string) => [stack, 'passed', []]).sort())
  })

  for (const name of ['a-site-over-vpn', 'linked-by-transit-gateways']) {
    it(`passes the networks, links and databases of the case ${name}`, { skip }, async () => {
      const topology = readFileSync(new URL(`${name}.txt`, CASES), 'utf8').split(/^---\n/m)[0] ?? ''
      writeFileSync(join(folder, `${name}.yaml`), topology)
      assert.equal((await antipode(['synth', `${name}.yaml`, '--output', name], process.env)).code, 0)
      keepStacks(name, (stack) => !/-(control-plane|data-plane|dns|gslb)$/.test(stack))
      const { stacks } = await checkStacks(join(folder, name), { env: process.env })
      assert.deepEqual(
        stacks.filter(({ outcome, findings }) => outcome !== 'passed' || findings.length > 0),
        [],
      )
    })
  }

  it('names what fails, and leaves out the stacks that read its state', { skip }, async () => {
    const { code } = await antipode(['synth', EXAMPLE, '--output', 'broken'], process.env)
    assert.equal(code, 0)
    keepStacks('broken', (stack) => /-dns$|us-east-1-(foundation|network)$/.test(stack))
    const file = join(folder, 'broken', 'stacks', 'payments-us-east-1-foundation', 'cdk.tf.json')
    const written = readFileSync(file, 'utf8')
    writeFileSync(file, written.replace('"deletion_window_in_days": 30', '"deletion_window_in_days": 3'))

    const { result, text: report, failure } = await check(join(folder, 'broken'), { env: process.env })
    assert.deepEqual(
      result.stacks.map(({ stack, outcome }) => [stack, outcome]),
      [
        ['payments-dns', 'passed'],
        ['payments-us-east-1-foundation', 'failed'],
        ['payments-us-east-1-network', 'skipped'],
      ],
    )
    assert.match(String(failure), /2 of 3 stacks would fail: payments-us-east-1-foundation, payments-us-east-1-network/)

    // What the page shows, but for numbers that grow with the stacks.
    const uncounted = (lines: string): string =>
      lines.replaceAll(/ +\d+ resources/g, ' resources').replaceAll(/ +/g, ' ')
    const [, shown = ''] = [...page.matchAll(/^```text\n(.*?)^```$/gms)].map(([, body]) => body)
    assert.ok(uncounted(report).includes(uncounted(shown).trim()), report)
  })

  it('refuses to read state from anywhere else', { skip }, async () => {
    assert.equal((await antipode(['synth', EXAMPLE, '--output', 'foreign'], process.env)).code, 0)
    keepStacks('foreign', (stack) => stack === 'payments-gslb')
    const { stacks } = await checkStacks(join(folder, 'foreign'), { env: process.env })
    assert.deepEqual(
      stacks[0]?.findings.map(({ summary }) => summary),
      Array(3).fill('the state of a stack that is not among these is read'),
    )
  })

  function keepStacks(output: string, wanted: (stack: string) => boolean): void {
    const file = join(folder, output, 'manifest.json')
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as { stacks: Record<string, object> }
    const stacks = Object.entries(manifest.stacks).filter(([stack]) => wanted(stack))
    writeFileSync(file, JSON.stringify({ ...manifest, stacks: Object.fromEntries(stacks) }))
  }

  async function antipode(
    args: readonly string[],
    env: NodeJS.ProcessEnv,
  ): Promise<{ code: number | null; stdout: string; stderr: string }> {
    const child = spawn(process.execPath, [ANTIPODE, ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
    const ended = await Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)])
    const [[code], stdout, stderr] = ended as [[number | null], string, string]
    return { code, stdout, stderr }
  }
})
