import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { checkBackupFile, writeBackupFile } from '../../../../runtime/control-plane/backup/backup-file.ts'
import type { DatabaseBackups } from '../../../../toolkit/backup.ts'
import { CommandLine } from '../../../toolkit/cli-process.ts'
import { linkedDatabases, PASSWORDS } from '../../../toolkit/local/database/linked-databases.ts'
import { ControlPlaneFleet } from '../control-plane-fleet.ts'

type Described = Awaited<ReturnType<DatabaseBackups['backUp']>>

const OF_DEV = { 'x-antipode-gateway-group': 'dev' }
const ROUTE = { uri: '/orders', upstream: { type: 'roundrobin', nodes: { '127.0.0.1:8081': 1 } } }

describe('backup and restore', () => {
  const commands = new CommandLine()
  const file = path.join(commands.directory, 'monday.backup')
  const kept = randomUUID()
  let fleet: ControlPlaneFleet
  let described: Described
  let epoch: number
  let hash: string | null
  let route: unknown
  before(async () => {
    fleet = await ControlPlaneFleet.start(['east'], 1)
  })
  after(async () => {
    await commands.close()
    await fleet?.close()
  })

  const config = () => fleet.processes.east[0]!.config
  const admin = (method: string, where: string, body?: unknown, headers = {}) =>
    fleet.admin('east', 0, method, where, body, headers)
  const serves = async () => {
    fleet.launch('east', 0)
    await fleet.serving('east')
  }

  it('a backup is taken while the control plane works', async () => {
    for (let number = 0; number < 1_200; number += 24) {
      const ids = Array.from({ length: 24 }, (_, index) => number + index)
      const answers = await Promise.all(
        ids.map((id) => admin('PUT', `/routes/${id}`, { ...ROUTE, desc: `line\u2028 ${id}` })),
      )
      assert.ok(answers.every(({ status }) => status === 201))
    }
    const written = await admin('PUT', '/consumers/jane', { username: 'jane' }, { 'x-antipode-write': kept })
    assert.equal(written.status, 201)
    assert.equal((await admin('PUT', '/api/gateway_groups/dev', { name: 'dev' })).status, 201)
    assert.equal((await admin('PUT', '/routes/of-dev', ROUTE, OF_DEV)).status, 201)
    route = (await admin('GET', '/routes/7')).body
    ;({ epoch, hash } = await fleet.state('east', 0))
    const { code, stdout, stderr } = await commands.run('backup', '--config', config(), '--to', file, '--json')
    assert.equal(code, 0, stderr)
    described = JSON.parse(stdout)
    assert.equal(described.epoch, epoch)
    assert.equal(described.writer, 'east')
    assert.ok(described.rows >= 2 * 1_201, `${described.rows} rows`)
  })

  it('nothing is restored under a control plane that leads', async () => {
    const { code, stderr } = await commands.run('restore', '--config', config(), '--from', file, '--replace')
    assert.equal(code, 3)
    assert.match(stderr, /nothing was restored: a control plane leads with this database/)
  })

  it('nothing is restored over a configuration, unless it is to be replaced', async () => {
    assert.equal((await admin('PUT', '/routes/later', ROUTE)).status, 201)
    assert.equal((await admin('DELETE', '/routes/7')).status, 200)
    assert.equal((await admin('DELETE', '/api/gateway_groups/dev?force=true')).status, 200)
    await fleet.kill('east', 0)
    const refused = await commands.run('restore', '--config', config(), '--from', file)
    assert.equal(refused.code, 3)
    assert.match(refused.stderr, /the database holds the configuration of east, epoch \d+; --replace removes it/)
    await serves()
    assert.equal((await admin('GET', '/routes/later')).status, 200)
  })

  it('a restored configuration is what was backed up, in an epoch that nobody has seen', async () => {
    await fleet.kill('east', 0)
    const restored = await commands.run('restore', '--config', config(), '--from', file, '--replace', '--json')
    assert.equal(restored.code, 0, restored.stderr)
    assert.equal(JSON.parse(restored.stdout).rows, described.rows)
    await serves()
    const state = await fleet.state('east', 0)
    assert.equal(state.hash, hash)
    assert.equal(state.lineage, described.lineage)
    assert.ok(state.epoch > epoch && state.epoch % 64 === 1, `epoch ${state.epoch} after ${epoch}`)
    assert.ok(state.revision > described.revision)
    assert.equal((await admin('GET', '/routes/later')).status, 404)
    assert.deepEqual((await admin('GET', '/routes/7')).body, route)
    assert.equal((await admin('GET', '/routes')).body.total, 1_200)
    assert.equal((await admin('GET', '/routes', undefined, OF_DEV)).body.total, 1)
    assert.equal((await admin('GET', `/antipode/writes/${kept}`)).body.status, 'applied')
    const next = await admin('PUT', '/routes/next', ROUTE)
    assert.equal(next.status, 201)
    const { modifiedIndex } = (await admin('GET', '/routes/next')).body
    assert.ok(modifiedIndex > (route as { modifiedIndex: number }).modifiedIndex)
  })

  it('a second restore of the same file begins a later epoch still', async () => {
    const { epoch: first } = await fleet.state('east', 0)
    await fleet.kill('east', 0)
    const { code, stderr } = await commands.run('restore', '--config', config(), '--from', file, '--replace')
    assert.equal(code, 0, stderr)
    await serves()
    assert.ok((await fleet.state('east', 0)).epoch > first)
  })

  it('another cluster takes it, for another region', async () => {
    const databases = await linkedDatabases(17)
    try {
      await databases.west.create()
      const password = encodeURIComponent(PASSWORDS.controlPlane)
      const url = `postgres://antipode:${password}@127.0.0.1:${databases.ports.west}/antipode`
      const restored = await commands.run('restore', '--database', url, '--from', file, '--region', 'west')
      assert.equal(restored.code, 0, restored.stderr)
      const again = await commands.run('backup', '--database', url, '--to', `${file}.west`, '--json')
      const { lineage, rows, writer } = JSON.parse(again.stdout) as Described
      assert.deepEqual({ lineage, rows, writer }, { lineage: described.lineage, rows: described.rows, writer: 'west' })
    } finally {
      await databases.close()
    }
  })

  it('what cannot be is refused: nothing to back up, a standby to restore into, a schema of a later release', async () => {
    const databases = await linkedDatabases(17)
    const url = (side: string) =>
      `postgres://antipode:${encodeURIComponent(PASSWORDS.controlPlane)}@127.0.0.1:${databases.ports[side]}/antipode`
    try {
      await databases.east.create()
      await databases.west.rebuild('east')
      const nothing = await commands.run('backup', '--database', url('east'), '--to', `${file}.empty`)
      assert.equal(nothing.code, 3)
      assert.match(nothing.stderr, /there is nothing to back up/)
      const standby = await commands.run('restore', '--database', url('west'), '--from', file)
      assert.equal(standby.code, 3)
      assert.match(standby.stderr, /this database follows another and cannot be written/)
      const later = { ...(await checkBackupFile(file)), schema: 1_000, runtime: '9.0.0' }
      await writeBackupFile(`${file}.later`, later, (async function* () {})())
      const refused = await commands.run('restore', '--database', url('east'), '--from', `${file}.later`)
      assert.equal(refused.code, 3)
      assert.match(refused.stderr, /the backup is of release 9\.0\.0, whose schema is newer/)
    } finally {
      await databases.close()
    }
  })

  it('says what it needs', async () => {
    const { code, stderr } = await commands.run('backup', '--to', file)
    assert.equal(code, 2)
    assert.match(stderr, /name a control plane with --config, or a --database/)
  })
})
