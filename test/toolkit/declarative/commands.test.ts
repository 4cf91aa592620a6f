import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'node:test'
import { parse } from 'yaml'
import { ADMIN_KEY, GROUP_KEY, startAdminApi } from '../../contract/declarative-backend/control-plane.ts'
import { CommandLine } from '../cli-process.ts'

const FILE = `
services:
  - name: orders
    upstream: { nodes: [{ host: 10.0.0.1, port: 80, weight: 1 }] }
    routes:
      - { name: list, uris: [/orders], plugins: { key-auth: {} } }
consumers:
  - username: jack
    credentials: [{ name: key, type: key-auth, config: { key: top-secret } }]
`

type Api = Awaited<ReturnType<typeof startAdminApi>>

describe('declarative files on the command line', () => {
  let commandLine: CommandLine
  let east: Api
  let west: Api
  before(() => {
    commandLine = new CommandLine()
    write('gateway.yaml', FILE)
  })
  after(() => commandLine.close())
  beforeEach(async (test) => {
    east = await startAdminApi()
    west = await startAdminApi()
    // biome-ignore lint/suspicious/noExplicitAny: hooks of a suite get the context of the test
    ;(test as any).after(async () => {
      await east.close()
      await west.close()
    })
  })

  const write = (name: string, text: string) => writeFileSync(join(commandLine.directory, name), text)
  const read = (name: string) => readFileSync(join(commandLine.directory, name), 'utf8')
  const both = () => ['--server', `east=${east.server},west=${west.server}`, '--token', ADMIN_KEY]
  const one = () => ['--server', east.server, '--token', ADMIN_KEY]
  const put = async (api: Api, path: string, body: object) => {
    const headers = { 'x-api-key': ADMIN_KEY, 'content-type': 'application/json' }
    const response = await fetch(`${api.server}/apisix/admin/${path}`, {
      method: 'PUT',
      headers,
      body: JSON.stringify(body),
    })
    assert.ok(response.ok, await response.text())
  }
  const json = async (...args: string[]) => {
    const ended = await commandLine.run(...args, '--json')
    assert.match(ended.stdout, /^\{.*\}\n$/, `${ended.code}\n${ended.stdout}\n${ended.stderr}`)
    return { ...ended, result: JSON.parse(ended.stdout) }
  }

  it('pings every region, and fails when one does not answer', async () => {
    const ok = await commandLine.run('ping', ...both())
    assert.deepEqual([ok.code, ok.stdout], [0, 'east  answers as apisix\nwest  answers as apisix\n'])
    await west.close()
    const failed = await json('ping', ...both())
    assert.equal(failed.code, 1)
    assert.deepEqual(
      failed.result.regions.map((region: { error?: { code: string } }) => region.error?.code),
      [undefined, 'CONTROL_PLANE_UNREACHABLE'],
    )
  })

  it('keeps regions equal, and heals the one that drifted', async () => {
    const first = await json('sync', '-f', 'gateway.yaml', ...both())
    assert.equal(first.code, 0, first.stdout)
    assert.deepEqual(
      first.result.regions.map(({ create }: { create: number }) => create),
      [4, 4],
    )

    const [{ value: route }] = west.store
      .read()
      .list('routes')
      .map(({ value }) => ({ value })) as [{ value: Record<string, unknown> }]
    const { create_time: _, update_time: __, ...body } = route
    await put(west, `routes/${route.id}`, { ...body, status: 0, uris: ['/elsewhere'] })
    const drifted = await commandLine.run('diff', '-f', 'gateway.yaml', ...both())
    assert.equal(drifted.code, 0)
    assert.match(
      drifted.stdout,
      /^east {2}equal to the files\nwest {2}0 to create, 1 to update, 0 to delete\n {2}~ route "list"\n/,
    )
    assert.match(drifted.stdout, /uris\.0: "\/elsewhere" → "\/orders"/)
    assert.match(drifted.stdout, /status: 0 → none/)
    const [inEast, inWest] = parse(read('diff.yaml')).regions
    assert.deepEqual([inEast.equal, inWest.changes[0].operation, inWest.changes[0].name], [true, 'update', 'list'])

    const healed = await commandLine.run('sync', '-f', 'gateway.yaml', ...both())
    assert.match(healed.stdout, /^east {2}was equal to the files\nwest {2}0 created, 1 updated, 0 deleted\n/)
    assert.equal((await json('diff', '-f', 'gateway.yaml', ...both())).result.equal, true)
  })

  it('says which region cannot be reached, does the others, and fails', async () => {
    await east.close()
    const { code, result } = await json('sync', '-f', 'gateway.yaml', ...both())
    assert.equal(code, 1)
    assert.equal(result.finished, false)
    assert.match(result.regions[0].error.message, /^http:\S+ cannot be reached: .*ECONNREFUSED/)
    assert.deepEqual([result.regions[1].finished, result.regions[1].create], [true, 4])
    const compared = await json('diff', '-f', 'gateway.yaml', ...both())
    assert.deepEqual([compared.code, compared.result.equal], [1, false])
  })

  it('tells per region and per resource what failed, what was done and what was left', async () => {
    write(
      'broken.yaml',
      `${FILE.replace('plugins: { key-auth: {} }', 'plugins: { nothing: {} }')}global_rules: { key-auth: {} }\n`,
    )
    const { code, stdout } = await commandLine.run('sync', '-f', 'broken.yaml', ...one())
    assert.equal(code, 1)
    assert.match(stdout, /not finished: 1 created, 0 updated, 0 deleted, 1 failed, 3 left/)
    assert.match(stdout, /✘ create route "list": unknown plugin \[nothing\]/)
    assert.match(stdout, /… create global rule "key-auth": not attempted/)
  })

  it('never shows a secret that differs', async () => {
    await json('sync', '-f', 'gateway.yaml', ...one())
    write('rotated.yaml', FILE.replace('top-secret', 'next-secret'))
    const { stdout } = await commandLine.run('diff', '-f', 'rotated.yaml', ...one())
    assert.match(stdout, /config\.key: "\(hidden\)" → "\(hidden\)"/)
    assert.doesNotMatch(stdout + read('diff.yaml'), /top-secret|next-secret/)
  })

  it('dumps a file that gives the same configuration again', async () => {
    await json('sync', '-f', 'gateway.yaml', ...one())
    assert.equal((await commandLine.run('dump', '-o', 'dumped.yaml', ...one())).code, 0)
    const dumped = parse(read('dumped.yaml'))
    assert.deepEqual(Object.keys(dumped), ['services', 'consumers'])
    assert.equal(dumped.services[0].id, undefined)
    assert.equal((await json('diff', '-f', 'dumped.yaml', ...one())).result.equal, true)

    await commandLine.run('dump', '-o', 'all.yaml', '--with-id', ...both())
    assert.match(parse(read('all.east.yaml')).services[0].routes[0].id, /^[0-9a-f]{40}$/)
    assert.deepEqual(parse(read('all.west.yaml')), {})
    assert.equal((await json('diff', '-f', 'all.east.yaml', ...one())).result.equal, true)
  })

  it('takes several files and globs', async () => {
    mkdirSync(join(commandLine.directory, 'services'), { recursive: true })
    write('services/a.yaml', 'services: [{ name: a }]')
    write('services/b.json', '{"services": [{"name": "b"}]}')
    const { result } = await json('lint', '-f', 'services/*', '-f', 'gateway.yaml')
    assert.deepEqual(result, { ok: true, resources: { service: 3, route: 1, consumer: 1, consumer_credential: 1 } })
    const nothing = await commandLine.run('lint', '-f', 'nowhere/*.yaml')
    assert.deepEqual([nothing.code, nothing.stderr], [2, 'antipode: no file matches nowhere/*.yaml\n'])
  })

  it('lints without asking anybody, and names every mistake', async () => {
    write('wrong.yaml', 'services:\n  - nam: a\n')
    const { code, stderr } = await commandLine.run('lint', '-f', 'wrong.yaml')
    assert.equal(code, 1)
    assert.match(stderr, /2 problems in declarative files:\n {2}wrong\.yaml:2 {2}services\[0\] {2}has no name/)
    assert.match(stderr, /services\[0\]\.nam {2}is not a field of the format; did you mean name\?/)
  })

  it('has control planes validate, plugins included, and changes nothing', async () => {
    write('plugin.yaml', FILE.replace('plugins: { key-auth: {} }', 'plugins: { fault-injection: {} }'))
    const { code, stdout } = await commandLine.run('validate', '-f', 'plugin.yaml', ...one())
    assert.equal(code, 1)
    assert.match(stdout, /route "list": .*failed to check the configuration of plugin fault-injection/)
    assert.equal((await commandLine.run('validate', '-f', 'gateway.yaml', ...both())).code, 0)
    assert.deepEqual(east.store.read().list('services'), [])
  })

  it('leaves out kinds of resources, and the label that says who manages them', async () => {
    const flags = ['--exclude-resource-type', 'consumer', '--no-managed-by-label']
    await json('sync', '-f', 'gateway.yaml', ...one(), ...flags)
    assert.deepEqual(east.store.read().list('consumers'), [])
    assert.equal(east.store.read().list('services')[0]?.value.labels, undefined)
  })

  it('synchronises only what a label selects', async () => {
    await put(east, 'consumers/other', { username: 'other' })
    await json('sync', '-f', 'gateway.yaml', ...one(), '--label-selector', 'team=blue')
    const consumers = east.store.read().list('consumers')
    assert.deepEqual(
      consumers.map(({ id }) => id),
      ['jack', 'other'],
    )
    assert.deepEqual(consumers[0]?.value.labels, { team: 'blue', 'managed-by': 'adc' })
    write('red.yaml', FILE.replace('- username: jack', '- username: jack\n    labels: { team: red, managed-by: us }'))
    const again = await json('sync', '-f', 'red.yaml', ...one(), '--label-selector', 'team=blue')
    assert.deepEqual(
      east.store.read().list('consumers')[0]?.value.labels,
      { team: 'blue', 'managed-by': 'us' },
      again.stdout,
    )
  })

  it('moves consumers between groups, and takes away the group they leave', async () => {
    const plugins = 'plugins: { fault-injection: { abort: { http_status: 200 } } }'
    const group = (name: string) =>
      `consumer_groups:\n  - { name: ${name}, ${plugins}, consumers: [{ username: jack }] }\n`
    for (const [text, create, update, gone] of [
      [group('gold'), 2, 0, 0],
      [group('silver'), 1, 1, 1],
      ['consumers: [{ username: jack }]', 0, 1, 1],
    ] as const) {
      write('groups.yaml', text)
      const { code, stdout, result } = await json('sync', '-f', 'groups.yaml', ...one())
      assert.equal(code, 0, stdout)
      const [region] = result.regions
      assert.deepEqual([region.create, region.update, region.delete], [create, update, gone])
      assert.equal((await json('diff', '-f', 'groups.yaml', ...one())).result.equal, true)
    }
    write('groups.yaml', group('gold'))
    const refused = await commandLine.run('sync', '-f', 'groups.yaml', '--backend', 'api7ee', ...one())
    assert.equal(refused.code, 1)
    assert.match(refused.stdout, /consumer groups are unknown to the backend api7ee/)
  })

  it('speaks API7 too, also with the key of a gateway group', async () => {
    for (const token of [ADMIN_KEY, GROUP_KEY]) {
      const flags = ['--backend', 'api7ee', '--server', east.server, '--token', token]
      const { code, stdout } = await json('sync', '-f', 'gateway.yaml', ...flags)
      assert.equal(code, 0, stdout)
      assert.equal((await json('diff', '-f', 'gateway.yaml', ...flags)).result.equal, true)
    }
    assert.equal(
      (await json('diff', '-f', 'gateway.yaml', ...one())).result.equal,
      true,
      'both surfaces show one thing',
    )
    const flags = ['--backend', 'api7ee', ...one(), '--gateway-group', 'elsewhere']
    assert.match(
      (await commandLine.run('diff', '-f', 'gateway.yaml', ...flags)).stdout,
      /there is no gateway group "elsewhere"/,
    )
  })
})
