import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { Agent, request } from 'undici'
import { checkControlPlane } from '../../../../runtime/control-plane/pki/identity.ts'
import type { CallPoint } from '../../../../runtime/control-plane/reports/read-calls.ts'
import type { CallReport } from '../../../../runtime/model/call-report.ts'
import { ControlPlaneFleet, until } from '../control-plane-fleet.ts'
import { calls, report } from './sample-report.ts'

describe('reports in a region with several control planes', () => {
  let fleet: ControlPlaneFleet
  let dataPlane: Agent
  before(async () => {
    fleet = await ControlPlaneFleet.start(['east'], 2)
    const pem = (name: string) => readFileSync(path.join(fleet.folder, name), 'utf8')
    const identity = { ca: pem('ca.crt'), cert: pem('data-plane.crt'), key: pem('data-plane.key') }
    dataPlane = new Agent({ connect: { ...identity, checkServerIdentity: checkControlPlane } })
  })
  after(async () => {
    await dataPlane?.close()
    await fleet?.close()
  })

  async function send(at: number, sent: CallReport): Promise<number> {
    const answer = await request(`https://127.0.0.1:${fleet.processes.east[at]!.sync}/reports`, {
      ...{ method: 'POST', dispatcher: dataPlane, body: gzipSync(JSON.stringify(sent)) },
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    })
    await answer.body.dump()
    return answer.statusCode
  }
  async function callsOf(at: number, route: string): Promise<number> {
    const { status, body } = await fleet.admin('east', at, 'GET', `/api/reports/calls?route=${route}`)
    assert.equal(status, 200)
    return (body.list as CallPoint[]).reduce((sum, point) => sum + point.calls, 0)
  }

  it('count once, whichever of them is called', async () => {
    const sent = report([calls('anywhere', 8)])
    assert.deepEqual(await Promise.all([send(0, sent), send(1, sent)]), [204, 204])
    assert.deepEqual(await Promise.all([callsOf(0, 'anywhere'), callsOf(1, 'anywhere')]), [8, 8])
  })

  it('are lost by nobody when the leader is killed: the next one knows which it has', async () => {
    const leader = await fleet.leaderOf('east')
    const survivor = 1 - leader
    const taken = report([calls('handed-over', 3)])
    assert.equal(await send(leader, taken), 204)
    await fleet.kill('east', leader)
    const next = { ...taken, sequence: 2 }
    const accepted = async (sent: CallReport) => (await send(survivor, sent).catch(() => 0)) === 204
    await until('the survivor takes reports', () => accepted(next), 60)
    assert.equal(await send(survivor, taken), 204)
    assert.equal(await callsOf(survivor, 'handed-over'), 6)
  })
})
