import assert from 'node:assert/strict'
import { mkdirSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { stringify } from 'yaml'
import { unprivilegedUser } from '../../toolkit/local/database/unprivileged-user.ts'
import { CommandLine } from './cli-process.ts'

const user = unprivilegedUser()

describe('antipode up as other users', { skip: !user && 'only root can be another user' }, () => {
  it('runs everything as a user who is not root', async () => {
    const commandLine = new CommandLine(user)
    try {
      const up = commandLine.start('up', '--json', '--config', commandLine.freePorts())
      const { database } = (await up.ready()).regions[0].processes
      assert.equal(statSync(`/proc/${database[0]}`).uid, user!.uid)
      assert.equal((await up.interrupt()).code, 0)
      assert.deepEqual(commandLine.leftovers(), [])
    } finally {
      await commandLine.close()
    }
  })

  it('keeps databases that root put below a directory of its own where their user can reach them', async () => {
    const commandLine = new CommandLine()
    const hidden = join(commandLine.directory, 'hidden')
    const dataDir = join(hidden, 'data')
    mkdirSync(hidden, { mode: 0o700 })
    const flags = ['--json', '--config', commandLine.freePorts(), '--data-dir', dataDir]
    try {
      for (let run = 0; run < 2; run++) {
        const up = commandLine.start('up', ...flags)
        await up.ready()
        await up.interrupt()
      }
      assert.match(readlinkSync(join(dataDir, 'databases')), /^\/var\/tmp\/antipode-databases-/)
    } finally {
      rmSync(readlinkSync(join(dataDir, 'databases')), { recursive: true, force: true })
      await commandLine.close()
    }
  })
})

describe('antipode up without a topology', () => {
  let commandLine: CommandLine
  beforeEach(() => {
    commandLine = new CommandLine()
  })
  afterEach(() => commandLine.close())

  it('serves one region that asks for no key, until it is interrupted', async () => {
    const up = commandLine.start('up', '--json', '--config', commandLine.freePorts())
    const ready = await up.ready()
    const [region] = ready.regions
    assert.deepEqual([ready.topology, ready.durability, ready.gslb, ready.regions.length], ['local', 'local', null, 1])
    assert.deepEqual(Object.keys(region).sort(), [
      ...['admin', 'adminKey', 'database', 'gateway', 'name', 'processes', 'role', 'status', 'sync'],
    ])
    for (const part of ['controlPlane', 'dataPlane', 'database']) assert.equal(region.processes[part].length, 1, part)
    const routes = await fetch(`${region.admin}/apisix/admin/routes`)
    assert.equal(routes.status, 200)
    assert.equal((await fetch(`${region.gateway}/anything`)).status, 404)

    const { code, stdout } = await up.interrupt()
    assert.equal(code, 0)
    assert.ok(
      stdout
        .trimEnd()
        .split('\n')
        .every((line) => line.startsWith('{')),
      'nothing but JSON on stdout',
    )
    assert.deepEqual(commandLine.leftovers(), [])
  })

  it('is found by the other commands, and stopped by down', async () => {
    const up = commandLine.start('up', '--json', '--config', commandLine.freePorts())
    const ready = await up.ready()
    const status = JSON.parse((await commandLine.run('status', '--json')).stdout)
    assert.deepEqual([status.writer, status.regions[0].state.role], ['local', 'active'])
    process.kill(ready.regions[0].processes.controlPlane[0], 'SIGKILL')
    await up.line(({ event, part }) => event === 'exited' && part === 'control-plane')
    const restart = await commandLine.run('restart', '--region', 'local', '--process', 'control-plane', '--json')
    assert.equal(JSON.parse(restart.stdout).processes.controlPlane.length, 1)
    assert.notDeepEqual(JSON.parse(restart.stdout).processes, ready.regions[0].processes)

    const down = await commandLine.run('down', '--json')
    assert.deepEqual([down.code, JSON.parse(down.stdout)], [0, { stopped: 'local' }])
    assert.equal((await up.ended).code, 0)
    assert.deepEqual(commandLine.leftovers(), [])
    const nothing = await commandLine.run('status')
    assert.equal(nothing.code, 1)
    assert.match(nothing.stderr, /no running `antipode up` found/)
  })

  it('leaves nothing when it is killed', async () => {
    const up = commandLine.start('up', '--json', '--config', commandLine.freePorts())
    await up.ready()
    up.child.kill('SIGKILL')
    await up.ended
    assert.deepEqual(await commandLine.settled(), [])
  })

  for (const milliseconds of [30, 150, 300, 500, 800, 1_300]) {
    it(`leaves nothing when it is interrupted ${milliseconds} ms after its start`, async () => {
      const up = commandLine.start('up', '--json', '--config', commandLine.freePorts())
      await sleep(milliseconds)
      await up.interrupt()
      assert.deepEqual(await commandLine.settled(), [])
    })
  }

  it('names the port that is taken and who holds it, before it starts anything', async () => {
    const first = commandLine.start('up', '--json', '--config', commandLine.freePorts())
    const [region] = (await first.ready()).regions
    const port = Number(new URL(region.gateway).port)
    const file = join(commandLine.directory, 'taken.yaml')
    writeFileSync(file, stringify({ apisix: { node_listen: port } }))
    const second = await commandLine.run('up', '--json', '--config', file)
    assert.equal(second.code, 2)
    assert.match(
      second.stderr,
      new RegExp(`127\\.0\\.0\\.1:${port} \\(gateway of local\\) is held by process \\d+ \\(.*data-plane`),
    )
    assert.equal(JSON.parse(second.stdout).error.code, 'PORT_IN_USE')
    await first.interrupt()
  })

  it('returns at once with --detach, and runs on', async () => {
    const dataDir = join(commandLine.directory, 'data')
    const flags = ['--config', commandLine.freePorts(), '--data-dir', dataDir]
    const detached = await commandLine.run('up', '--detach', '--json', ...flags, '--admin-key', 'chosen-key')
    assert.equal(detached.code, 0, detached.stderr)
    const [region] = JSON.parse(detached.stdout).regions
    assert.equal(region.adminKey, 'chosen-key')
    assert.equal((await fetch(`${region.admin}/apisix/admin/routes`)).status, 401)
    const again = await commandLine.run('up', ...flags)
    assert.deepEqual(
      [again.code, /is used by the `antipode up` of process/.test(again.stderr)],
      [2, true],
      again.stderr,
    )
    assert.equal((await commandLine.run('down', '--data-dir', dataDir)).code, 0)
    assert.deepEqual(await commandLine.settled(), [])
  })

  it('keeps what was written when it has a data directory', async () => {
    const flags = ['--json', '--config', commandLine.freePorts(), '--data-dir', join(commandLine.directory, 'data')]
    const first = commandLine.start('up', ...flags)
    const { admin } = (await first.ready()).regions[0]
    const route = { uri: '/kept', upstream: { type: 'roundrobin', nodes: { '127.0.0.1:9': 1 } } }
    const put = await fetch(`${admin}/apisix/admin/routes/kept`, { method: 'PUT', body: JSON.stringify(route) })
    assert.equal(put.status, 201)
    await first.interrupt()
    const second = commandLine.start('up', ...flags)
    const again = await fetch(`${(await second.ready()).regions[0].admin}/apisix/admin/routes/kept`)
    assert.equal(again.status, 200)
    await second.interrupt()
    assert.deepEqual(commandLine.leftovers(), [])
  })

  it('runs several data planes on one port, and starts killed ones again when it supervises', async () => {
    const flags = ['--json', '--config', commandLine.freePorts(), '--instances', '2', '--supervise']
    const up = commandLine.start('up', ...flags)
    const { dataPlane } = (await up.ready()).regions[0].processes
    assert.equal(dataPlane.length, 2)
    process.kill(dataPlane[0], 'SIGKILL')
    const started = await up.line(({ event, part }) => event === 'started' && part === 'data-plane')
    const now = started.regions[0].processes.dataPlane
    assert.deepEqual([now.length, now.includes(dataPlane[0]), now.includes(dataPlane[1])], [2, false, true])
    await up.interrupt()
    assert.deepEqual(commandLine.leftovers(), [])
  })
})
