import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Command } from 'commander'
import { connectionFlags } from '../../../toolkit/declarative/connection/flags.ts'
import { readServers } from '../../../toolkit/declarative/connection/regions.ts'

describe('flags of declarative commands', () => {
  const parse = (args: string[], env: Record<string, string> = {}) => {
    const before = { ...process.env }
    Object.assign(process.env, env)
    try {
      const command = new Command().exitOverride()
      for (const option of connectionFlags()) command.addOption(option)
      return command.parse(args, { from: 'user' }).opts()
    } finally {
      for (const name of Object.keys(env)) delete process.env[name]
      Object.assign(process.env, before)
    }
  }

  it('have the defaults of ADC', () => {
    const { backend, gatewayGroup, timeout, verbose, labelSelector } = parse([])
    assert.deepEqual(
      { backend, gatewayGroup, timeout, verbose, labelSelector },
      {
        ...{ backend: 'apisix', gatewayGroup: 'default', timeout: 10_000, verbose: 1, labelSelector: {} },
      },
    )
  })

  it("read ADC's variables, and ours before them", () => {
    assert.equal(parse([], { ADC_SERVER: 'http://theirs:1' }).server, 'http://theirs:1')
    assert.equal(parse([], { ADC_SERVER: 'http://theirs:1', ANTIPODE_SERVER: 'http://ours:1' }).server, 'http://ours:1')
    assert.equal(parse(['--server', 'http://flag:1'], { ADC_SERVER: 'http://theirs:1' }).server, 'http://flag:1')
    assert.equal(parse([], { ADC_BACKEND: 'api7ee' }).backend, 'api7ee')
  })

  it('gather selectors and kinds', () => {
    const flags = parse([
      '--label-selector',
      'a=1,b=2',
      '--label-selector',
      'c=x=y',
      '--include-resource-type',
      'service,ssl',
    ])
    assert.deepEqual(flags.labelSelector, { a: '1', b: '2', c: 'x=y' })
    assert.deepEqual(flags.includeResourceType, ['service', 'ssl'])
    assert.throws(() => parse(['--include-resource-type', 'route']), /'route' is no kind of resource/)
    assert.throws(() => parse(['--label-selector', 'a']), /key=value/)
  })

  it('read durations', () => {
    assert.equal(parse(['--timeout', '500ms']).timeout, 500)
    assert.equal(parse(['--timeout', '1.5m']).timeout, 90_000)
    for (const wrong of ['10', '0s', 'soon']) assert.throws(() => parse(['--timeout', wrong]), /duration like 10s/)
  })

  it('name servers by their region or their address', () => {
    assert.deepEqual(readServers('east=https://a.example/, http://b.example:9180', 'k1,k2'), [
      { name: 'east', server: 'https://a.example', token: 'k1' },
      { name: 'b.example:9180', server: 'http://b.example:9180', token: 'k2' },
    ])
    assert.deepEqual(
      readServers('http://a,http://b', 'k').map(({ token }) => token),
      ['k', 'k'],
    )
    assert.throws(() => readServers('a.example', undefined), /http:\/\/ or https:\/\/ URLs, not 'a\.example'/)
    assert.throws(() => readServers('x=http://a,x=http://b', undefined), /names x twice/)
    assert.throws(() => readServers('http://a', 'k1,k2'), /2 keys for 1 servers/)
  })
})
