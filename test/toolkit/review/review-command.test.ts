import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, describe, it } from 'node:test'
import { parse, stringify } from 'yaml'
import { ANTIPODE } from '../cli-process.ts'
import { APP, SmallRepository } from './small-repository.ts'

const DATABASE = {
  identifier: 'edge',
  final_snapshot_identifier: 'last',
  deletion_protection: true,
  storage_encrypted: true,
  multi_az: true,
  backup_retention_period: 7,
}

async function antipode(cwd: string, ...args: readonly string[]) {
  const child = spawn(process.execPath, [ANTIPODE, 'review', ...args], { cwd, env: { ...process.env, NO_COLOR: '1' } })
  const [code, stdout, stderr] = await Promise.all([
    new Promise<number | null>((resolve) => child.once('close', resolve)),
    text(child.stdout),
    text(child.stderr),
  ])
  return { code, stdout, stderr }
}

describe('the review of two git refs', () => {
  const repository = new SmallRepository()
  before(() => {
    repository.describe({ aws_db_instance: { main: { ...DATABASE, kms_key_id: 'one' } } })
    repository.write('antipode.waivers.yaml', '- { policy: logs-expire, reason: r, owner: o, expires: "2099-01-01" }\n')
    repository.write('antipode.policies/names.mjs', POLICY)
    repository.commit('main')
    repository.describe({
      aws_db_instance: { main: { ...DATABASE, kms_key_id: 'two' } },
      aws_cloudwatch_log_group: { calls: { name: 'calls', kms_key_id: 'k' } },
      aws_sns_topic: { odd: { name: 'odd name', kms_master_key_id: 'k' } },
    })
    repository.write(
      'antipode.waivers.yaml',
      '- { policy: database-never-replaced, reason: me, owner: me, expires: "2099-01-01" }\n',
    )
    repository.commit('topic')
    repository.describe({ broken: true }, { broken: 'a comma is missing' })
    repository.commit('broken')
    repository.commit('topic-2')
  })
  after(() => repository.remove())

  it('synthesises each by its own code, and ends with 2 where somebody has to approve', async () => {
    const { code, stdout, stderr } = await antipode(repository.folder, '--base', 'main', '--head', 'topic')
    assert.equal(code, 2, stdout + stderr)
    assert.match(
      stdout,
      /### 🛑 Needs an approval: one database would be replaced \(eu-west-1\) because `kms_key_id` changes/,
    )
    assert.equal(repository.worktrees(), 1, 'checkouts are removed')
  })

  it('takes waivers and policies from the base alone, and says what the head would grant itself', async () => {
    const { stdout } = await antipode(repository.folder, '--base', 'main', '--head', 'topic', '--json')
    const { policies, comment } = JSON.parse(stdout) as {
      readonly policies: readonly { readonly id: string; readonly state: string }[]
      readonly comment: string
    }
    const states = Object.fromEntries(policies.map(({ id, state }) => [id, state]))
    assert.equal(states['logs-expire'], 'waived')
    assert.equal(states['database-never-replaced'], 'new')
    assert.equal(states['names-without-blanks'], 'new', 'a policy of the repository’s own')
    assert.match(comment, /A waiver of `database-never-replaced` is asked for: `me`, `me`, until `2099-01-01`/)
  })

  it('writes the comment, its twin and the policies to files', async () => {
    const files = ['--output', 'c.md', '--twin', 'c.json', '--sarif', 'c.sarif']
    const { code, stdout } = await antipode(repository.folder, '--base', 'main', '--head', 'topic', ...files)
    assert.equal(code, 2)
    const read = (name: string) => readFileSync(join(repository.folder, name), 'utf8')
    assert.equal(read('c.md').trim(), stdout.trim())
    assert.equal(JSON.parse(read('c.json')).verdict, 'approval')
    const [run] = JSON.parse(read('c.sarif')).runs
    assert.equal(run.tool.driver.name, 'antipode review')
    const replaced = run.results.find(({ ruleId }: { ruleId: string }) => ruleId === 'database-never-replaced')
    assert.equal(replaced.level, 'warning')
    assert.ok(run.results.some(({ suppressions }: { suppressions?: object[] }) => suppressions?.length === 1))
  })

  it('shows why a head does not synthesise, and ends with 3', async () => {
    const { code, stdout } = await antipode(repository.folder, '--base', 'main', '--head', 'broken')
    assert.equal(code, 3)
    assert.match(stdout, /### ⛔ Refused: `broken` does not synthesise/)
    assert.match(stdout, /stacks\.json: a comma is missing/)
  })

  it('refuses a ref that is not there, and a base that does not synthesise', async () => {
    const missing = await antipode(repository.folder, '--base', 'main', '--head', 'no-such-branch')
    assert.equal(missing.code, 3)
    assert.match(missing.stderr, /no-such-branch: there is no such branch, tag or commit here/)
    const broken = await antipode(repository.folder, '--base', 'broken', '--head', 'broken')
    assert.equal(broken.code, 3)
    assert.match(broken.stderr, /broken: does not synthesise, so nothing can be compared with it/)
    assert.equal(repository.worktrees(), 1)
  })

  it('asks for something to compare with', async () => {
    const { code, stderr } = await antipode(repository.folder)
    assert.equal(code, 2)
    assert.match(stderr, /nothing to compare with; add --base <ref or folder>, or --plan <file>/)
  })

  it('reads what was collected elsewhere, stacks or not, and runs none of its code', async () => {
    const collected = await antipode(repository.folder, 'collect', 'input', '--label', 'fork:topic', '--json')
    assert.equal(JSON.parse(collected.stdout).stacks, null, collected.stderr)
    const refused = await antipode(repository.folder, '--base', 'main', '--head', 'input')
    assert.equal(refused.code, 3, refused.stderr)
    assert.match(refused.stdout, /### ⛔ Refused: `fork:topic` does not synthesise/, refused.stderr)

    repository.describe({ aws_db_instance: { main: { ...DATABASE, kms_key_id: 'one' } } })
    const again = await antipode(repository.folder, 'collect', 'input-2', '--json')
    assert.equal(JSON.parse(again.stdout).stacks, 1, again.stderr)
    const fine = await antipode(repository.folder, '--base', 'main', '--head', 'input-2')
    assert.equal(fine.code, 0, fine.stdout + fine.stderr)
    assert.match(fine.stdout, /### ✅ Fine: nothing changes/)
  })
})

describe('the review of a repository whose app is where checkouts leave files out at first', () => {
  const repository = new SmallRepository()
  after(() => repository.remove())

  it('checks out the rest, and synthesises', async () => {
    repository.write('cdktf.json', JSON.stringify({ app: 'node docs/app.mjs' }))
    repository.write('docs/app.mjs', APP)
    repository.describe({ aws_sns_topic: { a: { name: 'a', kms_master_key_id: 'k' } } })
    repository.commit('main')
    const { code, stdout, stderr } = await antipode(repository.folder, '--base', 'main', '--head', 'main')
    assert.equal(code, 0, stdout + stderr)
    assert.equal(repository.worktrees(), 1)
  })
})

describe('the review of a repository that only describes', () => {
  const repository = new SmallRepository()
  after(() => repository.remove())

  it('synthesises its topology by our own program, and names lines of its file', async () => {
    const example = readFileSync(new URL('../../golden/review/active-passive.yaml', import.meta.url), 'utf8')
    repository.write('cdktf.json', '{}')
    repository.write('edge/payments.yaml', example)
    repository.commit('main')
    const topology = parse(example)
    repository.write('edge/payments.yaml', stringify({ ...topology, gslb: { ...topology.gslb, ttl: '15s' } }))
    const { code, stdout, stderr } = await antipode(repository.folder, 'edge/payments.yaml', '--base', 'main')
    assert.equal(code, 2, stderr)
    assert.match(stdout, /### 🛑 Needs an approval: RTO bound gets worse: 51 s → 56 s/)
    assert.match(stdout, /`gslb\.ttl` in `edge\/payments\.yaml:\d+` `10s` → `15s`/)
    assert.match(stdout, /`main` \(`\w{9}`\) → `working tree`/)
  })
})

const POLICY = `
export const policy = {
  id: 'names-without-blanks',
  severity: 'approve',
  reason: 'Scripts trip over blanks.',
  fix: 'Write a hyphen.',
  check: ({ stacks }) => stacks.flatMap(({ name, region, document }) =>
    Object.entries(document.resource?.aws_sns_topic ?? {}).flatMap(([topic, block]) =>
      block.name.includes(' ') ? [{ message: block.name, region, stack: name, address: 'aws_sns_topic.' + topic }] : [])),
}
`
