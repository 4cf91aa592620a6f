import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { aimFaults } from '../../../../toolkit/drill/live/aim.ts'
import { AwsApi } from '../../../../toolkit/drill/live/aws-api.ts'
import { ControlPlaneWatch } from '../../../../toolkit/drill/live/control-plane-watch.ts'
import { LiveCarrier, liveJournalOf } from '../../../../toolkit/drill/live/live-carrier.ts'
import { proveLive } from '../../../../toolkit/drill/live/live-proof.ts'
import { entriesOf, findRegionAcl } from '../../../../toolkit/drill/live/network-acl.ts'
import { monotonicNow } from '../../../../toolkit/drill/measure/monotonic.ts'
import { ObservationLog } from '../../../../toolkit/drill/traffic/observation-log.ts'
import { OperatorClient } from '../../../../toolkit/failover/operator-client.ts'
import { LinkCondition } from '../../../../toolkit/local/links/link-condition.ts'
import { LinkForwarder } from '../../../../toolkit/local/links/link-forwarder.ts'
import { LinkRule } from '../../../../toolkit/local/links/link-rule.ts'
import { minutes } from '../../../../topology/index.ts'
import { type Side, TwoRegions, until } from '../../../runtime/control-plane/two-regions.ts'
import { MotoServer, motoMissing } from '../../moto-server.ts'
import { liveDrill } from './live-drill.ts'
import { topology } from './live-topology.ts'
import { makeVpc } from './make-vpc.ts'

const NAMES = { east: 'us-east-1', west: 'us-west-2' } as const
const WITNESSES = ['a', 'b']

/** The control planes are real, and what joins them does what the network ACL in moto says. */
describe('a live partition', { skip: motoMissing }, () => {
  let moto: MotoServer
  let regions: TwoRegions
  let client: OperatorClient
  const kept: Record<string, string | undefined> = {}
  const between = new LinkRule()
  const links: LinkForwarder[] = []
  let looking: Promise<void> | undefined
  let ended = false

  before(async () => {
    ;[moto, regions] = await Promise.all([MotoServer.start(), TwoRegions.start()])
    for (const [key, value] of Object.entries(moto.env)) {
      kept[key] = process.env[key]
      process.env[key] = value
    }
    for (const side of ['east', 'west'] as const) await putBehindLink(side)
    await until('the writer is confirmed', async () => (await regions.state('east')).role === 'active')
    client = new OperatorClient(regions.operator)
    const api = new AwsApi()
    for (const [region, { network }] of Object.entries(topology.regions)) {
      await makeVpc(api, region, `payments-${region}`, network)
    }
    looking = obey(api)
  })
  after(async () => {
    ended = true
    await looking
    for (const [key, value] of Object.entries(kept)) {
      if (value === undefined) delete process.env[key]
      else process.env[key] = value
    }
    await client?.close()
    await Promise.all([moto?.stop(), regions?.close()])
    await Promise.all(links.map((link) => link.close()))
  })

  /** Starts a control plane again, which now reaches the other one across the link. */
  async function putBehindLink(side: Side): Promise<void> {
    const other = side === 'east' ? 'west' : 'east'
    const condition = new LinkCondition([between])
    const link = new LinkForwarder({ host: '127.0.0.1', port: regions.ports[other].sync }, condition, condition)
    links.push(link)
    const { host, port } = await link.listen()
    await regions.stopControlPlane(side)
    const admin = `http://127.0.0.1:${regions.ports[other].admin}`
    regions.more = { peer: { region: other, host: `https://${host}:${port}`, admin } }
    await regions.startControlPlane(side)
  }

  /** What comes from the other network is dropped while the first rule that fits it says so. */
  async function obey(api: AwsApi): Promise<void> {
    const { 'us-east-1': east, 'us-west-2': west } = topology.regions
    const acl = await findRegionAcl(api, NAMES.east, 'payments-us-east-1', east?.network ?? '')
    while (!ended) {
      const first = (await entriesOf(api, acl)).find(({ from }) => from === west?.network || from === '0.0.0.0/0')
      between.set({ cut: first?.action === 'deny' })
      await sleep(100)
    }
  }

  test('is proved by control planes that miss each other while callers reach both, and is taken back', async () => {
    const drill = await liveDrill('{ partition: [us-east-1, us-west-2] }')
    const log = new ObservationLog()
    const operated = (['east', 'west'] as const).map((side, index) => {
      return {
        name: NAMES[side],
        index: index + 1,
        sync: `https://127.0.0.1:${regions.ports[side].sync}`,
        database: '',
      }
    })
    const watch = new ControlPlaneWatch({ client, regions: operated }, log)
    watch.start()
    try {
      await until('both are asked', () =>
        operated.every(({ name }) => log.controlPlanes.some((s) => s.region === name)),
      )
      const api = new AwsApi()
      const carrier = new LiveCarrier({
        ...{ api, journal: liveJournalOf(join(regions.folder, 'live')), topology: 'payments', lease: minutes(5) },
        ...{ role: 'arn:aws:iam::123456789012:role/undo', until: new Date(Date.now() + 600_000) },
      })
      const [aimed] = await aimFaults(drill, api)
      assert.deepEqual(
        aimed?.aims.map(({ acl, entries }) => [acl.region, entries]),
        [['us-east-1', [{ number: 1, action: 'deny', port: null, from: '10.20.0.0/16' }]]],
      )
      const since = monotonicNow()
      const proof = () => proveLive(drill.faults[0]!, log, WITNESSES, since)
      await carrier.inject(aimed!)
      await until('they miss each other', () => {
        return log.controlPlanes.some(({ sent, peerReachable }) => sent >= since && peerReachable === false)
      })
      assert.equal(proof().proved, false, 'nobody has called the gateways yet')
      for (const vantage of WITNESSES) {
        for (const region of Object.values(NAMES)) {
          const sent = monotonicNow()
          log.probes.push({ vantage, region, part: 'data-plane', sent, ended: sent, answered: true })
        }
      }
      assert.deepEqual([proof().proved, proof().seenFrom], [true, WITNESSES])
      await until('the writer freezes', async () => (await regions.state('east')).role === 'frozen')

      assert.deepEqual(
        (await carrier.undoOwn('a test')).map(({ failure }) => failure),
        [null],
      )
      assert.deepEqual(await carrier.left(), [])
      await until('the writer is confirmed again', async () => (await regions.state('east')).role === 'active')
    } finally {
      await watch.stop()
    }
  })
})
