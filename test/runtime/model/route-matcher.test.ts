import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { RadixTree } from '../../../runtime/model/radix-tree.ts'
import type { ResourceValue } from '../../../runtime/model/resource.ts'
import { RouteMatcher } from '../../../runtime/model/route-matcher.ts'
import { routePattern } from '../../../runtime/model/route-pattern.ts'

/**
 * Each golden file: the routes as JSON (and `services`), a line of dashes, then one request a line,
 * `METHOD host/path [name=value …] => id of the route, or none`.
 */
const FOLDER = join(import.meta.dirname, '../../golden/routing')

interface Golden {
  readonly routes: Readonly<Record<string, ResourceValue>>
  readonly services?: Readonly<Record<string, ResourceValue>>
}

for (const file of readdirSync(FOLDER)) {
  test(`routing: ${file.replace('.txt', '').replaceAll('-', ' ')}`, () => {
    const [input = '', expected = ''] = readFileSync(join(FOLDER, file), 'utf8').split(/^-{10}$/m)
    const { routes, services } = JSON.parse(input) as Golden
    const patterns = Object.entries(routes).flatMap(([id, route]) => {
      const service = services?.[String(route.service_id)]
      return routePattern(route, service?.hosts as readonly string[] | undefined, id) ?? []
    })
    const matcher = new RouteMatcher(patterns)
    const lines = expected.trim().split('\n')
    const actual = lines.map((line) => {
      const request = line.split(' => ')[0]!
      return `${request} => ${match(matcher, request) ?? 'none'}`
    })
    assert.deepEqual(actual, lines)
  })
}

function match(matcher: RouteMatcher<string>, line: string): string | undefined {
  const [method = '', target = '', ...pairs] = line.trim().split(/\s+/)
  const slash = target.indexOf('/')
  const hostWithPort = target.slice(0, slash)
  const variables = new Map(pairs.map((pair) => pair.split('=', 2) as [string, string]))
  return matcher.match({
    method,
    path: target.slice(slash),
    host: hostWithPort.replace(/:\d+$/, ''),
    hostWithPort,
    remoteAddress: variables.get('remote_addr') ?? '127.0.0.1',
    variable: (name) => variables.get(name),
  })?.target
}

test('a radix tree finds exactly the stored beginnings of a text, the longest first', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 8 })
  fc.assert(
    fc.property(fc.array(text), text, (stored, wanted) => {
      const tree = new RadixTree<string>()
      for (const key of stored) tree.at(key, () => key)
      const found: string[] = []
      tree.longestFirst(wanted, (value) => {
        found.push(value)
        return undefined
      })
      const expected = [...new Set(stored)].filter((key) => wanted.startsWith(key)).sort((a, b) => b.length - a.length)
      assert.deepEqual(found, expected)
    }),
  )
})

test('what cannot be understood is refused with its property', () => {
  const refused: readonly [ResourceValue, RegExp][] = [
    [{ uri: '/', filter_func: 'function() end' }, /^Error: filter_func: /],
    [{ uri: '/', vars: [['a', '<>', 1]] }, /^Error: vars: invalid operator '<>'/],
    [{ uri: '/', remote_addrs: ['10.0.0.0/99'] }, /^Error: remote_addrs: "10.0.0.0\/99" is neither/],
    [{ methods: ['GET'] }, /^Error: uri: /],
  ]
  for (const [route, message] of refused) assert.throws(() => routePattern(route, undefined, 0), message)
})
