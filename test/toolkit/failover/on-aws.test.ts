import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import { CreateDBInstanceCommand, CreateDBInstanceReadReplicaCommand, RDSClient } from '@aws-sdk/client-rds'
import type { AntipodeError } from '../../../runtime/model/errors.ts'
import type { CommandContext } from '../../../toolkit/command.ts'
import type { ProcedureKind } from '../../../toolkit/failover/aws/aws-procedure.ts'
import type { Deployed } from '../../../toolkit/failover/aws/deployed.ts'
import { type AwsFlags, runOnAws } from '../../../toolkit/failover/aws/run-on-aws.ts'
import { milliseconds } from '../../../topology/index.ts'
import { cloudflarePlayer } from '../../contract/traffic-switch/cloudflare-player.ts'
import type { Player } from '../../contract/traffic-switch/player.ts'
import { type Side, TwoRegions, until } from '../../runtime/control-plane/two-regions.ts'
import { ANTIPODE } from '../cli-process.ts'
import { motoMissing } from '../moto-server.ts'
import { PlayedAws } from '../played-aws.ts'

const ROUTE = { uri: '/orders', upstream: { type: 'roundrobin', nodes: { '127.0.0.1:8081': 1 } } }

/**
 * The control planes and their databases are real; AWS is played, and its promotion of an instance promotes the real
 * database that stands for it.
 */
describe('antipode on AWS', { skip: motoMissing }, () => {
  let regions: TwoRegions
  let aws: PlayedAws
  let cloudflare: Player
  const kept: Record<string, string | undefined> = {}
  const deployed = { east: 'payments-east-g1', west: 'payments-west-g1' }

  before(async () => {
    ;[aws, cloudflare, regions] = await Promise.all([PlayedAws.start(), cloudflarePlayer(), TwoRegions.start()])
    const client = (region: string) =>
      new RDSClient({ region, endpoint: aws.endpoint, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } })
    const { DBInstance: primary } = await client('east').send(
      new CreateDBInstanceCommand({
        ...{ DBInstanceIdentifier: deployed.east, Engine: 'postgres', DBInstanceClass: 'db.m7g.large' },
        ...{ AllocatedStorage: 50, MasterUsername: 'antipode', MasterUserPassword: 'of-no-use-here' },
        BackupRetentionPeriod: 14,
      }),
    )
    await client('west').send(
      new CreateDBInstanceReadReplicaCommand({
        DBInstanceIdentifier: deployed.west,
        SourceDBInstanceIdentifier: primary?.DBInstanceArn,
      }),
    )
    aws.onPromotion = async (identifier) => {
      const side = identifier.includes('-east-') ? 'east' : 'west'
      await regions.databases[side].server.query('SELECT pg_promote(false)')
    }
    const { certificate, key, ca } = regions.operator
    for (const [name, pem] of Object.entries({ 'operator.crt': certificate, 'operator.key': key, 'ca.crt': ca })) {
      writeFileSync(join(regions.folder, name), pem)
    }
    aws.orders.length = 0
    for (const [key, value] of Object.entries({ ...aws.env, ...cloudflare.env })) {
      kept[key] = process.env[key]
      process.env[key] = value
    }
    keepOutputs()
  })
  after(async () => {
    for (const [key, value] of Object.entries(kept)) {
      if (value === undefined) delete process.env[key]
      else process.env[key] = value
    }
    await Promise.all([aws?.stop(), cloudflare?.stop(), regions?.close()])
  })

  /** As `terraform output -json` prints them. */
  function keepOutputs(): void {
    const control_planes = Object.fromEntries(
      (['east', 'west'] as const).map((side, index) => {
        return [side, { url: `https://127.0.0.1:${regions.ports[side].sync}`, index: index + 1 }]
      }),
    )
    const value: Omit<Deployed, 'switchUnknown'> = {
      ...{ topology: 'payments', control_planes, callers_move: '10 s TTL + 5 s client tail = 15 s' },
      database: { kind: 'instance', identifiers: deployed },
      switch: {
        ...{ kind: 'cloudflare', account: 'account' },
        pools: { east: cloudflare.ids['us-east-1'] ?? '', west: cloudflare.ids['us-west-2'] ?? '' },
      },
    }
    writeFileSync(join(regions.folder, 'outputs.json'), JSON.stringify({ deployment: { sensitive: false, value } }))
  }

  /** As the command does, in this process. */
  async function antipode(kind: ProcedureKind, flags: Omit<AwsFlags, 'outputs'>) {
    const said = { stdout: '', stderr: '' }
    let result: Record<string, unknown> = {}
    const context: CommandContext = {
      ...{ json: true, color: false, interactive: false, cwd: regions.folder, env: process.env },
      signal: new AbortController().signal,
      say: (line) => {
        said.stdout += `${line}\n`
      },
      progress: (line) => {
        said.stderr += `${line}\n`
      },
      result: (value) => {
        result = value as typeof result
      },
    }
    const error = await runOnAws(kind, { ...flags, outputs: 'outputs.json' }, context, '', milliseconds(20)).then(
      () => undefined,
      (failure: AntipodeError) => failure,
    )
    const stderr = `${said.stderr}${error?.message ?? ''}`
    return { code: error ? error.exit : 0, stdout: said.stdout, stderr, result }
  }

  const operator = { operator: '.' }
  const role = async (side: Side) => (await regions.state(side)).role
  const write = async (side: Side, id: string) => (await regions.admin(side, 'PUT', `/routes/${id}`, ROUTE)).status

  test('plans a switchover: what it does, how long it takes, what is left; and does nothing', async () => {
    const flags = ['--engine', 'aws', '--outputs', 'outputs.json', '--operator', '.', '--to', 'west']
    const child = spawn(process.execPath, [ANTIPODE, 'switchover', ...flags], {
      cwd: regions.folder,
      env: { ...process.env, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
    const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended])
    assert.equal(code, 0, stderr)
    const steps = ['ask the control plane of west', 'drain east: .*', 'wait until west holds everything']
    const rest = [
      'promote payments-west-g1, which nothing undoes',
      'let the control plane of west begin an epoch, alone .*',
    ]
    for (const [index, step] of [...steps, ...rest].entries()) {
      assert.match(stdout, new RegExp(`^ {2}${index + 1}\\. ${step}\\n {5}expected: .+$`, 'm'))
    }
    assert.match(stdout, /expected: minutes; AWS publishes no figure/)
    assert.match(stdout, /left to do after that:\n {2}antipode failback --engine aws --to east/)
    assert.match(stdout, /Run it: add --yes\n$/)
    assert.deepEqual([await role('east'), aws.orders, cloudflare.orders], ['active', [], []])
    assert.ok(!existsSync(join(regions.folder, '.antipode')))
  })

  test('drains nobody while AWS would refuse what comes after', async () => {
    aws.status(deployed.west, 'backing-up')
    const { code, stderr } = await antipode('switchover', { to: 'west', yes: true, ...operator })
    aws.status(deployed.west, null)
    assert.equal(code, 3)
    assert.match(stderr, /promote payments-west-g1, .*: it is being backed up/)
    assert.deepEqual([await role('east'), aws.orders], ['active', []])
  })

  test('lets the writer write again where AWS refuses the promotion itself', async () => {
    aws.refuses = 'PromoteReadReplica'
    const { code, stderr } = await antipode('switchover', { to: 'west', yes: true, ...operator })
    aws.refuses = undefined
    assert.equal(code, 1)
    assert.match(stderr, /drain east: .*: taken back\nRDS in west: InvalidDBInstanceState$/)
    await until('east writes again', async () => (await role('east')) === 'active')
    assert.equal(await write('east', 'again'), 201)
    aws.orders.length = 0
  })

  test('wants the operator to say who they are before a writer is drained', async () => {
    const { code, stderr } = await antipode('switchover', { to: 'west', yes: true })
    assert.equal(code, 2)
    assert.match(stderr, /a switchover asks control planes who writes; give --operator/)
  })

  test('switches over: drained, promoted by AWS, in a new epoch, with every write', async () => {
    assert.equal(await write('east', 'before'), 201)
    const { epoch } = await regions.state('east')
    const { code, stderr, result } = await antipode('switchover', { to: 'west', yes: true, ...operator })
    assert.equal(code, 0, stderr)
    assert.deepEqual(
      [result.done, result.from, result.to, Object.keys(result.marks as object).length],
      [true, 'east', 'west', 5],
    )
    const west = await regions.state('west')
    assert.ok(west.epoch > epoch && west.epoch % 64 === 2)
    assert.deepEqual([result.epoch, result.writer, result.lostAtMost], [west.epoch, 'west', { seconds: 0 }])
    assert.equal((await regions.admin('west', 'GET', '/routes/before')).status, 200)
    assert.equal(await write('west', 'after'), 201)
    assert.notEqual(await write('east', 'too-late'), 201)
    assert.deepEqual(aws.orders, ['PromoteReadReplica payments-west-g1'])
    const lines = readFileSync(join(regions.folder, '.antipode', 'payments-procedures.jsonl'), 'utf8')
    const events = lines
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line).event)
    assert.deepEqual([events[0], events.at(-1)], ['begun', 'ended'])
  })

  test('run again, it finds everything as it should be and asks for nothing', async () => {
    const { code, stderr } = await antipode('switchover', { to: 'west', yes: true, ...operator })
    assert.equal(code, 0, stderr)
    assert.match(stderr, /drain east: .*: is so already/)
    assert.equal(aws.orders.length, 1)
  })

  test('stops nobody who writes', async () => {
    const { code, stderr } = await antipode('failback', { to: 'west', yes: true, ...operator })
    assert.equal(code, 3)
    assert.match(stderr, /ask whether east writes and west does not: east is /)
    assert.equal(aws.orders.length, 1)
  })

  test('gives the old region an instance of the next generation, and says what to write in the topology', async () => {
    const { code, stderr, stdout } = await antipode('failback', { to: 'east', yes: true, ...operator })
    assert.equal(code, 0, stderr)
    assert.deepEqual(aws.orders.slice(1), [
      'StopDBInstance payments-east-g1',
      'CreateDBInstanceReadReplica payments-east-g2',
    ])
    assert.match(stdout, /topology: east: \{ role: standby, database: \{ generation: 2, from: \{ region: west \} \} \}/)
    // What Terraform would do: the region's control planes get the new instance.
    deployed.east = 'payments-east-g2'
    keepOutputs()
    await regions.stopControlPlane('east')
    await regions.databases.east.rebuild('west')
    await regions.startControlPlane('east')
    await until('west is confirmed again', async () => (await role('west')) === 'active')
  })

  test('fails over while the writer is gone: only where that is accepted, callers first', async () => {
    await regions.stopControlPlane('west')
    await regions.databases.west.stop('immediate')
    const refused = await antipode('failover', { to: 'east', yes: true, ...operator })
    assert.equal(refused.code, 3)
    assert.match(refused.stderr, /survives a promotion is unproven\. To accept that, add --allow-data-loss/)
    assert.deepEqual([aws.orders.length, cloudflare.orders], [3, []])

    const done = await antipode('failover', { to: 'east', yes: true, allowDataLoss: true, ...operator })
    assert.equal(done.code, 0, done.stderr)
    assert.deepEqual([aws.orders.at(-1), cloudflare.orders], ['PromoteReadReplica payments-east-g2', ['us-west-2 off']])
    assert.equal(await role('east'), 'solo')
    assert.equal((await regions.admin('east', 'GET', '/routes/after')).status, 200)
    assert.equal(await write('east', 'alone'), 201)
  })
})
