import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse } from 'yaml'
import { AntipodeError } from '../../runtime/model/errors.ts'
import { defineTopology, recoveryBound } from '../../topology/index.ts'

// Each case: a description, a line of dashes, then what `defineTopology` says. UPDATE_GOLDEN=1 writes what it says now.
const folder = new URL('../golden/topology/', import.meta.url)

for (const file of readdirSync(folder)) {
  test(`topology case ${file.replace(/\.txt$/, '')}`, () => {
    const [input = '', expected = ''] = readFileSync(new URL(file, folder), 'utf8').split(/^---\n/m)
    const said = `${verdict(input)}\n`
    if (process.env.UPDATE_GOLDEN) writeFileSync(new URL(file, folder), `${input}---\n${said}`)
    else assert.equal(said, expected)
  })
}

function verdict(input: string): string {
  try {
    const topology = defineTopology(parse(input))
    return `topology ${topology.name}: accepted\n  ${recoveryBound(topology).arithmetic}`
  } catch (error) {
    assert.ok(error instanceof AntipodeError, `threw ${error}`)
    assert.equal(error.code, 'TOPOLOGY_INVALID')
    assert.equal(error.exit, 2)
    return error.message
  }
}
