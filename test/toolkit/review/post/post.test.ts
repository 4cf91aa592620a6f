import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, beforeEach, describe, it } from 'node:test'
import { MARKER } from '../../../../toolkit/review/markdown/comment.ts'
import { gitHubComments } from '../../../../toolkit/review/post/github.ts'
import { gitLabComments } from '../../../../toolkit/review/post/gitlab.ts'
import { postSticky } from '../../../../toolkit/review/post/sticky-comment.ts'
import { ANTIPODE } from '../../cli-process.ts'
import { RecordedHost } from './recorded-host.ts'

const COMMENT = `${MARKER}\n### ✅ Fine: nothing changes\n`

describe('the comment of a pull request', () => {
  let host: RecordedHost
  let api: string
  before(async () => {
    host = new RecordedHost()
    api = await host.start()
  })
  after(() => host.close())
  beforeEach(() => {
    for (const list of [host.kept, host.calls, host.failures, host.openPulls]) list.length = 0
  })

  const atGitHub = (pullRequest: Parameters<typeof gitHubComments>[0]['pullRequest'] = 42) =>
    gitHubComments({ api, token: 't', repository: 'acme/edge', pullRequest, author: 'github-actions[bot]' })

  it('is created once and then written anew', async () => {
    assert.equal((await postSticky(await atGitHub(), COMMENT)).done, 'created')
    assert.equal((await postSticky(await atGitHub(), COMMENT)).done, 'unchanged')
    assert.equal((await postSticky(await atGitHub(), `${COMMENT}more`)).done, 'updated')
    assert.deepEqual(
      host.kept.map(({ body }) => body),
      [`${COMMENT}more`],
    )
    assert.equal(host.calls.at(-1), `PATCH /repos/acme/edge/issues/comments/${host.kept[0]?.id}`)
  })

  it('is found behind more than a page of others', async () => {
    for (let index = 0; index < 130; index += 1) host.add(`nice ${index}`, 'octocat')
    const own = host.add(COMMENT)
    const posted = await postSticky(await atGitHub(), `${COMMENT}again`)
    assert.deepEqual(posted, { id: own, done: 'updated', removed: 0 })
  })

  it('is never somebody else’s, whatever that begins with', async () => {
    host.add(`${MARKER}\nApproved by everybody`, 'mallory')
    assert.equal((await postSticky(await atGitHub(), COMMENT)).done, 'created')
    assert.equal(host.kept.length, 2)
    assert.equal(host.kept[0]?.body, `${MARKER}\nApproved by everybody`)
  })

  it('is one: others of ours are taken away', async () => {
    host.add(COMMENT)
    host.add(COMMENT)
    host.add('by us, about something else')
    const posted = await postSticky(await atGitHub(), `${COMMENT}new`)
    assert.equal(posted.removed, 1)
    assert.equal(host.kept.length, 2)
  })

  it('is written though the host is busy at first', async () => {
    host.failures.push({ status: 502 }, { status: 403, headers: { 'retry-after': '0.01' } })
    assert.equal((await postSticky(await atGitHub(), COMMENT)).done, 'created')
  })

  it('says what the host said when it is refused', async () => {
    host.failures.push({ status: 403, body: { message: 'Resource not accessible by integration' } })
    await assert.rejects(async () => postSticky(await atGitHub(), COMMENT), {
      code: 'REVIEW_NOT_POSTED',
      message: /GET .*comments.* answered 403: Resource not accessible by integration/,
    })
  })

  it('goes to the pull request that is open at the commit, where a fork’s pipeline says no number', async () => {
    host.openPulls.push({ number: 7, head: { sha: 'old' } }, { number: 8, head: { sha: 'new' } })
    await postSticky(await atGitHub({ head: 'fork:topic', commit: 'new' }), COMMENT)
    assert.ok(host.calls.includes('POST /repos/acme/edge/issues/8/comments'))
    await assert.rejects(atGitHub({ head: 'fork:topic', commit: 'gone' }), { code: 'REVIEW_NOT_POSTED' })
  })

  it('is kept at GitLab likewise, as whom the token is', async () => {
    const place = { api: `${api}/api/v4`, token: 't', project: 'acme/edge', mergeRequest: 3 }
    host.add(`${MARKER} by another`, '', 9)
    assert.equal((await postSticky(await gitLabComments(place), COMMENT)).done, 'created')
    assert.equal((await postSticky(await gitLabComments(place), `${COMMENT}2`)).done, 'updated')
    const notes = '/api/v4/projects/acme%2Fedge/merge_requests/3/notes'
    assert.ok(host.calls.includes(`POST ${notes}`))
    assert.equal(host.calls.at(-1), `PUT ${notes}/${host.kept[1]?.id}`)
  })

  it('is posted by the command, from what a pipeline sets', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'review-post-'))
    try {
      await writeFile(join(folder, 'comment.md'), COMMENT)
      const env = { ...process.env, GITHUB_REPOSITORY: 'acme/edge', GITHUB_API_URL: api, GITHUB_TOKEN: 't' }
      const child = spawn(process.execPath, [ANTIPODE, 'review', 'post', '--pull-request', '42', '--json'], {
        cwd: folder,
        env,
      })
      const [said, complaints] = await Promise.all([text(child.stdout), text(child.stderr)])
      assert.equal((JSON.parse(said || '{}') as { done?: string }).done, 'created', complaints)
      assert.equal(host.kept[0]?.body, COMMENT)
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
