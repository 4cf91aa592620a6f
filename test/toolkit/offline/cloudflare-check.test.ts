import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { skip } from './terraform-available.ts'

const ANTIPODE = fileURLToPath(new URL('../../../toolkit/cli.ts', import.meta.url))
const CASE = new URL('../../golden/stacks/answers-from-cloudflare.txt', import.meta.url)
const TOKEN = 'v1.0-a-token-that-nobody-may-find'

describe('antipode synth --check of a topology that Cloudflare answers for', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cloudflare-check-'))
  after(() => rmSync(folder, { recursive: true }))

  it('passes every stack without a token, and keeps one that is there out of every file', { skip }, async () => {
    const [topology = ''] = readFileSync(CASE, 'utf8').split(/^---\n/m)
    writeFileSync(join(folder, 'payments.yaml'), topology)
    const env = { ...process.env, CLOUDFLARE_API_TOKEN: TOKEN }
    const args = [ANTIPODE, 'synth', 'payments.yaml', '--output', 'stacks', '--check', '--json']
    const child = spawn(process.execPath, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
    const [, stdout, stderr] = await Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)])
    assert.equal(child.exitCode, 0, stderr)
    const { stacks } = JSON.parse(stdout).check as { stacks: { stack: string; outcome: string; findings: object[] }[] }
    assert.ok(
      stacks.some(({ stack }) => stack === 'payments-gslb') && stacks.some(({ stack }) => stack === 'payments-dns'),
    )
    for (const { stack, outcome, findings } of stacks) assert.deepEqual([outcome, findings], ['passed', []], stack)
    for (const file of readdirSync(folder, { recursive: true, withFileTypes: true }).filter((it) => it.isFile())) {
      assert.ok(!readFileSync(join(file.parentPath, file.name), 'utf8').includes(TOKEN), file.name)
    }
  })
})
