import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import { ResourceCompiler } from '../../../../runtime/data-plane/configuration/compiled-resources.ts'
import { GroupVariables } from '../../../../runtime/data-plane/configuration/group-variables.ts'
import { LiveConfiguration } from '../../../../runtime/data-plane/configuration/live-configuration.ts'
import { PLUGINS } from '../../../../runtime/data-plane/plugins.ts'
import type { PublishedType, ResourceValue } from '../../../../runtime/model/resource.ts'

describe('variables of the gateway group in a configuration', () => {
  let live: LiveConfiguration
  beforeEach(() => {
    live = new LiveConfiguration(
      new ResourceCompiler(PLUGINS),
      new GroupVariables({ OF_THE_PROCESS: 'of the process' }),
    )
  })

  const take = (type: PublishedType, id: string, value?: ResourceValue) => live.apply([{ type, id, value }])
  const variable = (name: string, value?: string) =>
    take('variables', name, value === undefined ? undefined : { value })
  const consumer = (username: string, key: string) =>
    take('consumers', username, { username, plugins: { 'key-auth': { key } } })
  const who = (key: string) => live.build().consumers.byIdentity('key-auth', key)?.username
  const reasons = () => live.refused.map(({ type, id, reason }) => `${type}/${id}: ${reason}`)

  it('stand for their values, before those of the process', () => {
    variable('KEY', 'of the group')
    consumer('jack', '$env://KEY')
    consumer('jill', '$ENV://OF_THE_PROCESS')
    assert.deepEqual([who('of the group'), who('of the process'), who('$env://KEY')], ['jack', 'jill', undefined])
    variable('OF_THE_PROCESS', 'of the group too')
    assert.deepEqual([who('of the process'), who('of the group too')], [undefined, 'jill'])
    variable('OF_THE_PROCESS')
    assert.equal(who('of the process'), 'jill')
  })

  it('count anew when they change, for those alone that refer to them', () => {
    variable('KEY', 'first')
    consumer('jack', '$env://KEY')
    consumer('jill', 'plain')
    variable('KEY', 'second')
    assert.deepEqual([who('first'), who('second'), who('plain')], [undefined, 'jack', 'jill'])
    consumer('jack', 'plain too')
    variable('KEY', 'third')
    assert.deepEqual([who('third'), who('plain too')], [undefined, 'jack'])
    take('consumers', 'jack')
    variable('KEY', 'fourth')
    assert.equal(who('fourth'), undefined)
  })

  it('that are not set have what refers to them refused, until they are', () => {
    consumer('jack', '$env://MISSING')
    assert.deepEqual(reasons(), ['consumers/jack: the variable MISSING is not set'])
    assert.equal(who('$env://MISSING'), undefined)
    variable('MISSING', 'found')
    assert.deepEqual([reasons(), who('found')], [[], 'jack'])
    variable('MISSING')
    assert.equal(reasons().length, 1)
    assert.equal(who('found'), 'jack', 'it did not keep its last good version')
  })

  it('may hold several values as JSON', () => {
    variable('KEYS', '{"of_jack": "one", "of_jill": 2}')
    consumer('jack', '$env://KEYS/of_jack')
    consumer('jill', '$env://KEYS/of_jill')
    consumer('joan', '$env://KEYS/of_joan')
    assert.deepEqual([who('one'), who('2')], ['jack', 'jill'])
    assert.deepEqual(reasons(), ['consumers/joan: the variable KEYS is no JSON object with a field "of_joan"'])
  })

  it('come in one frame with what refers to them, in any order', () => {
    const value = { username: 'jack', plugins: { 'key-auth': { key: '$env://KEY' } } }
    live.apply([
      { type: 'consumers', id: 'jack', value },
      { type: 'variables', id: 'KEY', value: { value: 'k' } },
    ])
    assert.deepEqual([reasons(), who('k')], [[], 'jack'])
  })

  it('are in no reason that a control plane is told', () => {
    variable('SECRET', 'a-planted-secret')
    take('routes', '1', { uri: '/', plugins: { 'proxy-rewrite': { uri: '$env://SECRET' } } })
    assert.equal(reasons().length, 1)
    assert.match(reasons().join(), /with "\$env:\/\/SECRET"/)
    assert.ok(!reasons().join().includes('planted'), reasons().join())
  })

  it('stand for nothing outside of plugins', () => {
    take('routes', '1', { uri: '/$env://KEY', desc: '$env://KEY', upstream: { nodes: { '127.0.0.1:80': 1 } } })
    assert.deepEqual(reasons(), [])
  })
})
