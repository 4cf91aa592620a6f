import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { readSynthesis } from '../../../toolkit/review/read/read-synthesis.ts'

const folder = mkdtempSync(join(tmpdir(), 'review-synthesis-'))
after(() => rmSync(folder, { recursive: true }))

/** A folder whose manifest names one stack at a path. */
function synthesised(name: string, path: string): string {
  const outdir = join(folder, name)
  mkdirSync(outdir, { recursive: true })
  writeFileSync(join(outdir, 'manifest.json'), JSON.stringify({ stacks: { edge: { synthesizedStackPath: path } } }))
  return outdir
}

test('a manifest shows no file outside of its folder, by path or by link', async () => {
  writeFileSync(join(folder, 'secret.json'), '{}')
  await assert.rejects(readSynthesis(synthesised('up', '../secret.json'), 'x', null), /is outside of the folder/)
  const linked = synthesised('linked', 'stack.json')
  symlinkSync(join(folder, 'secret.json'), join(linked, 'stack.json'))
  await assert.rejects(readSynthesis(linked, 'x', null), /is outside of the folder/)
})

test('a folder without a manifest, a stack that is missing and a document that is cut off are named', async () => {
  await assert.rejects(readSynthesis(folder, 'x', null), /holds no manifest\.json/)
  await assert.rejects(readSynthesis(synthesised('gone', 'gone.json'), 'x', null), /gone\.json: is missing/)
  const cut = synthesised('cut', 'stack.json')
  writeFileSync(join(cut, 'stack.json'), '{\n  "resource": {\n')
  await assert.rejects(readSynthesis(cut, 'x', null), /stack\.json:3:1: is cut off/)
})
