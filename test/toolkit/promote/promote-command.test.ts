import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { ADMIN_KEY, startAdminApi } from '../../contract/declarative-backend/control-plane.ts'
import { CommandLine } from '../cli-process.ts'

describe('antipode promote', () => {
  let api: Awaited<ReturnType<typeof startAdminApi>>
  let commandLine: CommandLine
  before(async () => {
    commandLine = new CommandLine()
    api = await startAdminApi()
    for (const group of ['dev', 'uat']) await put(`/api/gateway_groups/${group}`, { name: group })
    const upstream = (port: number) => ({ nodes: [{ host: '127.0.0.1', port, weight: 1 }] })
    for (const [group, port] of [
      ['dev', 80],
      ['uat', 70],
    ] as const) {
      await put(`/apisix/admin/services/cart?gateway_group_id=${group}`, { name: 'cart', upstream: upstream(port) })
    }
    await put('/apisix/admin/routes/list?gateway_group_id=dev', { name: 'list', paths: ['/cart'], service_id: 'cart' })
    await put('/apisix/admin/routes/old?gateway_group_id=uat', { name: 'old', paths: ['/old'], service_id: 'cart' })
  })
  after(async () => {
    await commandLine.close()
    await api.close()
  })

  const put = async (path: string, body: object) => {
    const headers = { 'x-api-key': ADMIN_KEY, 'content-type': 'application/json' }
    const answer = await fetch(api.server + path, { method: 'PUT', headers, body: JSON.stringify(body) })
    assert.ok(answer.ok, await answer.text())
  }
  const promote = (...args: string[]) =>
    commandLine.run('promote', '--server', api.server, '--admin-key', ADMIN_KEY, ...args)
  const routes = () =>
    api.store
      .read()
      .list('routes@uat')
      .map(({ id }) => id)
  const DIFFERENCES = [
    '~ upstreams/cart',
    '    nodes: [{"host":"127.0.0.1","port":70,"weight":1}] → [{"host":"127.0.0.1","port":80,"weight":1}]',
    '+ routes/list',
    '- routes/old',
    '  1 unchanged',
  ]

  it('shows what would change, and changes nothing', async () => {
    const { code, stdout, stderr } = await promote('cart', '--from', 'dev', '--to', 'uat')
    assert.equal(code, 0, stderr)
    assert.deepEqual(stdout.trimEnd().split('\n'), [
      ...['service cart from dev to uat', '', ...DIFFERENCES, ''],
      'nothing was changed; --yes carries it out',
    ])
    assert.deepEqual(routes(), ['old'])
  })

  it('promotes with --yes, shows the same, and takes it back', async () => {
    const done = await promote('cart', '--from', 'dev', '--to', 'uat', '--description', 'release 7', '--yes')
    assert.equal(done.code, 0, done.stderr)
    const lines = done.stdout.trimEnd().split('\n')
    assert.deepEqual(lines.slice(2, 2 + DIFFERENCES.length), DIFFERENCES)
    assert.deepEqual(routes(), ['list'])
    const id = /--rollback (\S+) --to uat --yes takes it back/.exec(done.stdout)?.[1]
    assert.ok(id, done.stdout)
    const shown = await promote('--rollback', id, '--to', 'uat')
    assert.match(shown.stdout, /back to what it was.*- routes\/list.*nothing was changed/s)
    assert.deepEqual(routes(), ['list'])
    const back = await promote('--rollback', id, '--to', 'uat', '--yes', '--json')
    assert.equal(back.code, 0, back.stderr)
    const { carried_out, status, changes } = JSON.parse(back.stdout)
    assert.deepEqual([carried_out, status, changes.length], [true, 'rolled_back', 4])
    assert.deepEqual(routes(), ['old'])
    const again = await promote('--rollback', id, '--to', 'uat', '--yes')
    assert.deepEqual([again.code, /was rolled back already/.test(again.stderr)], [1, true])
  })

  it('says why it cannot', async () => {
    for (const [args, code, reason] of [
      [['cart', '--to', 'uat'], 2, /--from/],
      [['cart', '--from', 'dev'], 2, /--to/],
      [['none', '--from', 'dev', '--to', 'uat'], 1, /service none not found in gateway group dev/],
      [['cart', '--from', 'dev', '--to', 'none'], 1, /gateway group none not found/],
    ] as const) {
      const ended = await promote(...args)
      assert.deepEqual([ended.code, reason.test(ended.stderr)], [code, true], ended.stderr)
    }
  })
})
