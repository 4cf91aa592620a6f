import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { APPLY_RULES } from '../../../toolkit/offline/rules/apply-table.ts'
import { REPLACEMENTS } from '../../../toolkit/offline/rules/replacement-table.ts'
import { CONSEQUENCES } from '../../../toolkit/review/danger/consequences.ts'

test('there is a sentence for every type that the offline rules know', () => {
  const missing = [...Object.keys(REPLACEMENTS), ...Object.keys(APPLY_RULES)].filter((type) => !CONSEQUENCES[type])
  assert.deepEqual(missing, [])
})

test('there is a sentence for every type in the synthesised stacks of every topology of the corpus', () => {
  const folder = new URL('../../golden/stacks/', import.meta.url)
  const types = readdirSync(folder).flatMap((name) => {
    const text = readFileSync(new URL(name, folder), 'utf8')
    return [...text.matchAll(/^ {2}resource (\w+)\./gm)].map(([, type = '']) => type)
  })
  const missing = [...new Set(types)].filter((type) => !CONSEQUENCES[type])
  assert.deepEqual(missing, [])
})

test('what holds data says what is lost with it', () => {
  const silent = Object.entries(CONSEQUENCES).filter(([, { grade, lost }]) => grade === 'data' && lost === undefined)
  assert.deepEqual(silent, [])
})

test('every sentence can be put after "Expected cut: ", and ends without a full stop', () => {
  for (const [type, { cut, lost, noun }] of Object.entries(CONSEQUENCES)) {
    for (const text of [cut, lost, noun]) assert.ok(text === undefined || !/[.\s]$/.test(text), `${type}: ${text}`)
  }
})
