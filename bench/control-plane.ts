import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { request } from 'undici'
import { ControlPlaneFleet, until } from '../test/runtime/control-plane/control-plane-fleet.ts'
import { CommandLine } from '../test/toolkit/cli-process.ts'
import type { DataPlaneNews, DataPlanes } from './control-plane-data-planes.ts'
import { type Load, type Loaded, route } from './control-plane-load.ts'
import { largeFile } from './declarative.ts'
import { type Measurement, median, percentile } from './measurement.ts'

const DELIVERIES = 300
const DATA_PLANES = 1_000
const REVISIONS_TO_ALL = 5
const LISTS = 15
const ROUNDS = 5
/** Before those: what Node compiles of a control plane settles within ten seconds of writes. */
const ROUNDS_OF_WARMING_UP = 5
const SECONDS_OF_A_ROUND = 2
const CONNECTIONS = [16, 64]
const RESOURCES = 100_000
const TAKEOVERS = 5

/** As many as the widest load needs; the bare inserts alone wait for the standby, the control plane's sessions do not. */
const POSTGRES = { max_connections: 120, synchronous_commit: 'local', synchronous_standby_names: '*' }

/**
 * The control plane of a region and of its standby, as processes over a PostgreSQL pair, beside that same pair used
 * bare. What is compared is interleaved, so that a noisy machine is noisy for both.
 */
export async function measure(say: (line: string) => void): Promise<Measurement[]> {
  const load = () => os.loadavg()[0]!.toFixed(1)
  const measurements: Measurement[] = []
  const add = (...more: Measurement[]) => {
    for (const { what, unit, values } of more) {
      say(`${what}: ${median(values).toPrecision(4)} ${unit} (load ${load()})`)
    }
    measurements.push(...more)
  }
  const fleet = await ControlPlaneFleet.start(['east', 'west'], 1, POSTGRES)
  try {
    add(...(await measureDelivery(fleet)))
    add(...(await measureManyDataPlanes(fleet)))
    add(...(await measureLargeFile(fleet)))
    add(...(await measureWrites(fleet)))
    add(...(await measureRestart(fleet)))
  } finally {
    await fleet.close()
  }
  add(await measureTakeover())
  return measurements
}

/** From sending a write to the moment at which the control plane has taken a data plane's word that it is applied. */
async function measureDelivery(fleet: ControlPlaneFleet): Promise<Measurement[]> {
  const planes = await connectDataPlanes(fleet, 1)
  try {
    const times: number[] = []
    for (let number = 0; number < DELIVERIES; number += 1) {
      const sent = now()
      const revision = await write(fleet, `delivery-${number}`)
      const { at } = await planes.acknowledged(revision)
      times.push(at - sent)
    }
    return [
      { what: 'write → acknowledged by a data plane, p50', unit: 'ms', reach: 25, values: [percentile(times, 50)] },
      { what: 'write → acknowledged by a data plane, p99', unit: 'ms', reach: 100, values: [percentile(times, 99)] },
    ]
  } finally {
    await planes.close()
  }
}

async function measureManyDataPlanes(fleet: ControlPlaneFleet): Promise<Measurement[]> {
  const before = await settledMemory(fleet)
  const planes = await connectDataPlanes(fleet, DATA_PLANES)
  try {
    const received: number[] = []
    const acknowledged: number[] = []
    for (let number = 0; number < REVISIONS_TO_ALL; number += 1) {
      const sent = now()
      const revision = await write(fleet, `to-all-${number}`)
      const last = await planes.acknowledged(revision)
      received.push(last.received - sent)
      acknowledged.push(last.at - sent)
    }
    const what = `${DATA_PLANES} data planes`
    const more = (await settledMemory(fleet)) - before
    return [
      { what: `${what}: one revision delivered to all`, unit: 'ms', reach: 1_000, values: received },
      { what: `${what}: one revision acknowledged by all`, unit: 'ms', values: acknowledged },
      { what: `${what}: more memory`, unit: 'MB', reach: 150, values: [more] },
    ]
  } finally {
    await planes.close()
  }
}

/** 10,000 routes as one file, and then the list of them. */
async function measureLargeFile(fleet: ControlPlaneFleet): Promise<Measurement[]> {
  const commandLine = new CommandLine()
  const admin = adminOf(fleet)
  try {
    writeFileSync(join(commandLine.directory, 'large.json'), JSON.stringify(largeFile()))
    const started = performance.now()
    const { code, stdout, stderr } = await commandLine.run('sync', '-f', 'large.json', '--server', admin)
    if (code !== 0) throw new Error(`sync ended with ${code}\n${stdout.slice(0, 2_000)}\n${stderr}`)
    const synced = (performance.now() - started) / 1_000
    const times: number[] = []
    for (let number = 0; number < LISTS; number += 1) {
      const asked = performance.now()
      const { total } = (await (await request(`${admin}/apisix/admin/routes`)).body.json()) as { total: number }
      times.push(performance.now() - asked)
      if (total !== 10_000) throw new Error(`the list has ${total} routes`)
    }
    return [
      { what: 'sync of 10,000 routes in 1,000 services', unit: 's', reach: 60, values: [synced] },
      { what: 'list of 10,000 routes', unit: 'ms', reach: 400, values: times },
    ]
  } finally {
    await commandLine.close()
  }
}

/** Writes through the Admin API beside bare rows, each confirmed by the standby before it is acknowledged. */
async function measureWrites(fleet: ControlPlaneFleet): Promise<Measurement[]> {
  const { query } = bareTable(fleet)
  await query('CREATE TABLE bench (id text PRIMARY KEY, value text NOT NULL)')
  await query('GRANT ALL ON bench TO antipode')
  const child = fork(join(import.meta.dirname, 'control-plane-load.ts'))
  const gone = once(child, 'exit').then(() => {
    throw new Error('the load of the benchmark ended')
  })
  gone.catch(() => {})
  const run = async (load: Load): Promise<number> => {
    child.send(load)
    const [{ count, seconds }] = (await Promise.race([once(child, 'message'), gone])) as [Loaded]
    return count / seconds
  }
  try {
    const measurements: Measurement[] = []
    const database = fleet.databaseUrl('east')
    for (const connections of CONNECTIONS) {
      const [puts, inserts, microseconds]: [number[], number[], number[]] = [[], [], []]
      for (let round = -ROUNDS_OF_WARMING_UP; round < ROUNDS; round += 1) {
        const bare = await run({ kind: 'insert', database, connections, seconds: SECONDS_OF_A_ROUND })
        const before = cpuSeconds(fleet)
        const put = await run({ kind: 'put', admin: adminOf(fleet), connections, seconds: SECONDS_OF_A_ROUND })
        if (round < 0) continue
        inserts.push(bare)
        puts.push(put)
        microseconds.push(((cpuSeconds(fleet) - before) * 1_000_000) / (put * SECONDS_OF_A_ROUND))
      }
      const with_ = `with ${connections} connections`
      measurements.push(
        { what: `bare INSERT, remote_apply, ${with_}`, unit: 'a second', values: inserts },
        { what: `Admin API PUT, ${with_}`, unit: 'a second', values: puts },
        {
          ...{ what: `PUT beside INSERT, ${with_}`, unit: '%', least: 30 },
          values: puts.map((put, round) => (put / inserts[round]!) * 100),
        },
        { what: `CPU of the writer's control plane for a PUT, ${with_}`, unit: 'µs', values: microseconds },
      )
    }
    return measurements
  } finally {
    if (child.connected) child.disconnect()
    await query('DROP TABLE bench')
  }
}

/** Both regions' control planes start with everything to load. */
async function measureRestart(fleet: ControlPlaneFleet): Promise<Measurement[]> {
  const { query } = bareTable(fleet)
  await Promise.all([fleet.kill('east', 0), fleet.kill('west', 0)])
  const [{ missing } = { missing: 0 }] = await query<{ missing: number }>(
    `SELECT (${RESOURCES} - count(*))::int AS missing FROM antipode.resource`,
  )
  await query(
    `INSERT INTO antipode.resource (type, id, value, created_index, modified_index)
     SELECT 'routes', 'filled-' || n, replace($1, '/bench/0', '/filled/' || n), n, n FROM generate_series(1, $2) n`,
    [route(0), missing],
  )
  await until('the standby has it', async () => {
    const [row] = await fleet
      .database('west')
      .query<{ count: string }>('SELECT count(*) FROM antipode.resource', [], 'antipode')
    return Number(row?.count) === RESOURCES
  })
  const started = performance.now()
  fleet.launch('east', 0)
  fleet.launch('west', 0)
  await serves(fleet, 'west', '/routes/filled-1')
  const standby = (performance.now() - started) / 1_000
  await untilWritten(fleet)
  const writer = (performance.now() - started) / 1_000
  // The standby is there already: the writer alone starts again.
  await fleet.kill('east', 0)
  const again = performance.now()
  fleet.launch('east', 0)
  await serves(fleet, 'east', '/routes/filled-1')
  await untilWritten(fleet)
  const alone = (performance.now() - again) / 1_000
  const what = `start with ${RESOURCES} resources`
  return [
    { what: `${what}: the standby reads`, unit: 's', values: [standby] },
    { what: `${what}: both regions at once, until a write is acknowledged`, unit: 's', values: [writer] },
    {
      ...{ what: `${what}: the writer, until a write is acknowledged`, unit: 's', reach: 5 },
      values: [alone],
    },
    { what: `${what}: CPU of the writer's control plane until then`, unit: 's', values: [cpuSeconds(fleet)] },
  ]
}

/** Three control planes over one database; whichever leads is killed. */
async function measureTakeover(): Promise<Measurement> {
  const fleet = await ControlPlaneFleet.start(['east'], 3)
  try {
    const times: number[] = []
    for (let round = 0; round < TAKEOVERS; round += 1) {
      const leader = await fleet.leaderOf('east')
      const other = (leader + 1) % 3
      const killed = performance.now()
      await fleet.kill('east', leader)
      await untilWritten(fleet, other)
      times.push(performance.now() - killed)
      fleet.launch('east', leader)
      await fleet.serving('east')
    }
    return { what: "leader's kill → write acknowledged by another", unit: 'ms', reach: 2_000, values: times }
  } finally {
    await fleet.close()
  }
}

/** Data planes in a process of their own. */
async function connectDataPlanes(fleet: ControlPlaneFleet, count: number) {
  const child = fork(join(import.meta.dirname, 'control-plane-data-planes.ts'))
  const last = new Map<number, { left: number; received: number; at: number }>()
  const connected = new Promise<void>((resolve, reject) => {
    child.on('message', (news: DataPlaneNews) => {
      if (news.kind === 'connected') return resolve()
      const { revision, received, at } = news
      const known = last.get(revision) ?? { left: count, received: 0, at: 0 }
      known.left -= 1
      known.received = Math.max(known.received, received)
      known.at = Math.max(known.at, at)
      last.set(revision, known)
    })
    child.once('exit', () => reject(new Error('the data planes of the benchmark ended')))
  })
  const url = `https://127.0.0.1:${fleet.processes.east[0]!.sync}`
  child.send({ count, url, tls: fleet.tls('data-plane') } satisfies DataPlanes)
  await connected
  return {
    acknowledged: async (revision: number) => {
      await until(`revision ${revision} is acknowledged`, async () => {
        while (last.get(revision)?.left !== 0) await sleep(1)
        return true
      })
      return last.get(revision)!
    },
    close: () => ended(child),
  }
}

async function ended(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit')
  child.disconnect()
  await exited
}

/** @returns the revision that contains it */
async function write(fleet: ControlPlaneFleet, id: string, at = 0): Promise<number> {
  const answer = await request(`${adminOf(fleet, at)}/apisix/admin/services/${id}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ upstream: { type: 'roundrobin', nodes: { '127.0.0.1:8081': 1 } } }),
  })
  await answer.body.dump()
  if (answer.statusCode >= 300) throw new Error(`a write was answered with ${answer.statusCode}`)
  return Number(answer.headers['x-antipode-revision'])
}

async function untilWritten(fleet: ControlPlaneFleet, at = 0): Promise<void> {
  await until('a write is acknowledged', () => write(fleet, 'first', at).then(Boolean, () => false), 120)
}

async function serves(fleet: ControlPlaneFleet, side: 'east' | 'west', path: string): Promise<void> {
  const ask = () => fleet.admin(side, 0, 'GET', path).then(({ status }) => status === 200)
  await until(`${side} reads`, () => ask().catch(() => false), 120)
}

function adminOf(fleet: ControlPlaneFleet, at = 0): string {
  return `http://127.0.0.1:${fleet.processes.east[at]!.admin}`
}

/** The writer's database, by its administrator. */
function bareTable(fleet: ControlPlaneFleet) {
  const server = fleet.database('east')
  return {
    query: <Row extends Record<string, unknown>>(statement: string, values: unknown[] = []): Promise<Row[]> =>
      server.query<Row>(statement, values, 'antipode'),
  }
}

/** Of the writer's control plane, once connections that nobody uses are closed. Megabytes. */
async function settledMemory(fleet: ControlPlaneFleet): Promise<number> {
  await sleep(8_000)
  const status = readFileSync(`/proc/${fleet.processes.east[0]!.child!.pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1_024
}

/** That the writer's control plane has used since it started. */
function cpuSeconds(fleet: ControlPlaneFleet): number {
  const stat = readFileSync(`/proc/${fleet.processes.east[0]!.child!.pid}/stat`, 'utf8')
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
  // Linux counts in hundredths of a second for every program.
  return (Number(user) + Number(system)) / 100
}

function now(): number {
  return performance.timeOrigin + performance.now()
}
