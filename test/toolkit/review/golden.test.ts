import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { AntipodeError } from '../../../runtime/model/errors.ts'
import { commentOf, LONGEST_COMMENT } from '../../../toolkit/review/markdown/comment.ts'
import { review } from '../../../toolkit/review/review.ts'
import { cloudflareMissing, needsCloudflare } from '../../constructs/cloudflare-installed.ts'
import { inputOf } from './review-case.ts'

// Each folder is a pull request: `input.yaml` says what it changes, `comment.md` is what people read. UPDATE_GOLDEN=1
// writes what is said now. Adding one needs no code.
const root = new URL('../../golden/review/', import.meta.url)
const names = readdirSync(root, { withFileTypes: true }).flatMap((it) => (it.isDirectory() ? [it.name] : []))

for (const name of names) {
  const folder = new URL(`${name}/`, root)
  const text = readFileSync(new URL('input.yaml', folder), 'utf8')
  const skip = needsCloudflare(text) && cloudflareMissing
  test(`the review of ${name}`, { skip }, () => {
    const said = saidOf(text)
    assert.ok(said.length <= LONGEST_COMMENT, `${said.length} characters`)
    const file = new URL('comment.md', folder)
    if (process.env.UPDATE_GOLDEN) writeFileSync(file, said)
    else assert.deepEqual(said.split('\n'), existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [])
  })
}

test('the same input gives the same bytes, whatever was reviewed in between', () => {
  const [first = ''] = names.filter((name) => name === 'key-changed')
  const text = readFileSync(new URL(`${first}/input.yaml`, root), 'utf8')
  const said = saidOf(text)
  saidOf(readFileSync(new URL('plan-of-2000-resources/input.yaml', root), 'utf8'))
  assert.equal(saidOf(text), said)
})

/** The comment, or why there is none. */
function saidOf(text: string): string {
  try {
    return commentOf(review(inputOf(text)))
  } catch (error) {
    if (!(error instanceof AntipodeError)) throw error
    return `exit ${error.exit}\n${error.message}\n`
  }
}
