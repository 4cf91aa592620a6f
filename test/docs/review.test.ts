import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { POLICIES } from '../../toolkit/review/policies/index.ts'
import { policyPages } from '../../toolkit/review/policy-pages.ts'
import { readPolicies } from '../../toolkit/review/read/read-policies.ts'
import { readWaivers } from '../../toolkit/review/read/read-waivers.ts'
import { ANTIPODE } from '../toolkit/cli-process.ts'
import { SmallRepository } from '../toolkit/review/small-repository.ts'

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')
const text = readFileSync(join(root, 'docs', 'review.md'), 'utf8')

/** The first snippet that holds these words. */
function snippet(words: string): string {
  const all = [...text.matchAll(/^```\w+\n(.*?)^```$/gms)].map(([, body = '']) => body)
  return all.find((body) => body.includes(words)) ?? ''
}

describe('docs/policies', () => {
  it('says what the policies say, and has a page for nothing else', () => {
    const pages = policyPages()
    const stale = pages.filter(({ path, text: wanted }) => {
      return !existsSync(join(root, path)) || readFileSync(join(root, path), 'utf8') !== wanted
    })
    assert.deepEqual(
      stale.map(({ path }) => path),
      [],
      'write the pages anew with `node toolkit/documentation/main.ts`',
    )
    const written = readdirSync(join(root, 'docs', 'policies')).map((name) => `docs/policies/${name}`)
    assert.deepEqual(written.sort(), pages.map(({ path }) => path).sort())
  })
})

describe('docs/review.md', () => {
  it('shows a policy and a waiver that can be read', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'review-policies-'))
    try {
      mkdirSync(join(folder, 'antipode.policies'))
      // The module is the same in JavaScript.
      writeFileSync(join(folder, 'antipode.policies', 'topics.mjs'), snippet('topics-are-ours'))
      const [policy] = await readPolicies(folder, new Set())
      const stack = { document: { resource: { aws_sns_topic: { a: { name: 'ops-a' }, b: { name: 'b' } } } } }
      const found = policy?.check({ stacks: [stack] } as never)
      assert.deepEqual(
        found?.map(({ address }) => address),
        ['aws_sns_topic.b'],
      )
    } finally {
      rmSync(folder, { recursive: true })
    }
    const [waiver] = readWaivers('waivers', snippet('where: payments'), new Set(POLICIES.map(({ id }) => id)))
    assert.equal(waiver?.policy, 'database-in-two-zones')
  })

  it('gives no job of a fork’s code any right to write, and checks out no pull request where there is one', () => {
    const collect = parse(snippet('name: collect'))
    assert.deepEqual(collect.permissions, { contents: 'read' })
    assert.equal(collect.on, 'pull_request')
    assert.ok(!JSON.stringify(collect).includes('secrets.') && !JSON.stringify(collect).includes('github.token'))
    const review = parse(snippet('name: review\n'))
    const [checkout] = review.jobs.review.steps
    assert.equal(checkout.with.ref, undefined)
    assert.deepEqual(Object.keys(review.on), ['workflow_run'])
    for (const { run = '' } of [...collect.jobs.collect.steps, ...review.jobs.review.steps] as { run?: string }[]) {
      assert.ok(!run.includes('${{'), `an expression in a script is code of whoever names a branch: ${run}`)
    }
  })

  it('runs, as far as a machine without GitHub can: collect, review, and the code that the status follows', () => {
    const repository = new SmallRepository()
    try {
      repository.describe({ aws_db_instance: { main: { identifier: 'a', publicly_accessible: false } } })
      repository.commit('main')
      const run = (script: string) => {
        const ours = script.replaceAll('npx antipode', `"${process.execPath}" "${ANTIPODE}"`)
        const env = { ...process.env, LABEL: 'fork-branch', GITHUB_OUTPUT: join(repository.folder, 'outputs') }
        execFileSync('bash', ['-e', '-c', ours], { cwd: repository.folder, env, stdio: ['ignore', 'ignore', 'pipe'] })
      }
      repository.describe({ aws_db_instance: { main: { identifier: 'a', publicly_accessible: true } } })
      run(
        parse(snippet('name: collect')).jobs.collect.steps.find((it: { run?: string }) =>
          it.run?.includes('collect review-input'),
        ).run,
      )
      run(parse(snippet('name: review\n')).jobs.review.steps.find((it: { id?: string }) => it.id === 'review').run)
      assert.equal(readFileSync(join(repository.folder, 'outputs'), 'utf8'), 'code=3\n')
      assert.match(
        readFileSync(join(repository.folder, 'comment.md'), 'utf8'),
        /Refused: policy `no-public-database` is broken by `aws_db_instance\.main`/,
      )
    } finally {
      repository.remove()
    }
  })

  it('fails a pipeline of GitLab where the review refuses, and only warns where it asks for an approval', () => {
    const { review } = parse(snippet('CI_MERGE_REQUEST_DIFF_BASE_SHA'))
    assert.deepEqual(review.allow_failure, { exit_codes: [2] })
    const repository = new SmallRepository()
    try {
      repository.describe({ aws_db_instance: { main: { identifier: 'a' } } })
      const base = repository.commit('main')
      repository.describe({ aws_db_instance: { main: { identifier: 'a', publicly_accessible: true } } })
      const head = repository.commit('topic')
      const script = (review.script as string[])
        .slice(1)
        .join('\n')
        .replaceAll('npx antipode', `"${process.execPath}" "${ANTIPODE}"`)
      const env = { ...process.env, CI_MERGE_REQUEST_DIFF_BASE_SHA: base, CI_COMMIT_SHA: head, GITLAB_TOKEN: '' }
      const { status, stderr } = spawnSync('bash', ['-e', '-c', script], { cwd: repository.folder, env })
      assert.equal(status, 3, String(stderr))
      assert.ok(existsSync(join(repository.folder, 'review.json')))
    } finally {
      repository.remove()
    }
  })
})
