import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Client } from 'pg'
import { pino } from 'pino'
import { migrate } from '../../../runtime/control-plane/database/migrations.ts'
import { ReportIntake } from '../../../runtime/control-plane/reports/report-intake.ts'
import { openSink } from '../../../runtime/control-plane/reports/sinks/open-sink.ts'
import { readSinks, type SinkState } from '../../../runtime/control-plane/reports/sinks/read-sinks.ts'
import { type OutboxBounds, SinkDelivery } from '../../../runtime/control-plane/reports/sinks/sink-delivery.ts'
import { calls, report } from '../../runtime/control-plane/reports/sample-report.ts'
import { linkedDatabases, PASSWORDS, until } from '../../toolkit/local/database/linked-databases.ts'
import type { Receiver } from './receiver.ts'

export interface SinkUnderTest {
  readonly name: string
  /** What is missing on this machine, or false. */
  readonly skip?: string | false
  readonly receive: () => Promise<Receiver>
  /** Whether what comes again because its answer was lost is counted once. */
  readonly countsOnce: boolean
}

const ROOMY: OutboxBounds = { size: 100_000_000, age: 3_600_000 }
const logger = pino({ level: 'silent' })

/** What every sink of reports must do, whoever is at the other end. */
export function describeReportSinks(sinks: readonly SinkUnderTest[]): void {
  let databases: Awaited<ReturnType<typeof linkedDatabases>>
  let database: string
  before(async () => {
    databases = await linkedDatabases(17)
    await databases.east.create()
    const password = encodeURIComponent(PASSWORDS.controlPlane)
    database = `postgres://antipode:${password}@127.0.0.1:${databases.ports.east}/antipode`
    const client = new Client({ connectionString: database })
    await client.connect()
    await migrate(client)
    await client.end()
  })
  after(() => databases?.close())

  for (const { name, skip = false, receive, countsOnce } of sinks) {
    describe(`the sink ${name}`, { skip }, () => {
      let receiver: Receiver
      let intake: ReportIntake
      before(async () => {
        receiver = await receive()
        intake = new ReportIntake({ region: 'east', database, logger, sinks: [receiver.settings.name] })
      })
      after(async () => {
        await intake?.close()
        await receiver?.stop()
      })

      const take = (route: string, count: number) => intake.take('default', report([calls(route, count)]))
      const state = async (): Promise<SinkState> => (await readSinks(database, 'east', [receiver.settings]))[0]!
      const arrived = (route: string, count: number) =>
        until(`${count} calls arrive`, async () => (await receiver.calls(route)) === count)
      async function delivering(work: (delivery: SinkDelivery) => Promise<void>, bounds = ROOMY): Promise<void> {
        const delivery = new SinkDelivery({
          ...{ name: receiver.settings.name, database, bounds, logger },
          sink: await openSink(receiver.settings),
          mayDeliver: () => true,
        })
        try {
          await work(delivery)
        } finally {
          await delivery.close()
        }
      }

      it('is told of every call, and nothing waits then', async () => {
        await delivering(async (delivery) => {
          for (const count of [3, 4, 5]) {
            await take('told', count)
            delivery.notice()
          }
          await arrived('told', 12)
          await until('nothing waits', async () => (await state()).waiting.batches === 0)
          const { deliveredCalls, droppedCalls, error } = await state()
          assert.deepEqual([deliveredCalls, droppedCalls, error], [12, 0, null])
          assert.equal(delivery.counts.deliveredCalls, 12)
        })
      })

      it('that is down is told later, and misses nothing', async () => {
        await receiver.down()
        await delivering(async (delivery) => {
          for (let number = 0; number < 5; number++) await take('late', 10)
          delivery.notice()
          await until('it is known to be down', async () => (await state()).error !== null)
          const { waiting } = await state()
          assert.deepEqual([waiting.batches, waiting.calls], [5, 50])
          assert.ok(waiting.bytes > 0 && waiting.oldest !== null)
          await receiver.up()
          await arrived('late', 50)
          await until('all is well', async () => (await state()).error === null)
        })
      })

      it('is told by the next control plane of what the last one could not deliver', async () => {
        await receiver.down()
        await delivering(async (delivery) => {
          await take('handed over', 7)
          delivery.notice()
          await until('it is known to be down', async () => (await state()).error !== null)
        })
        await receiver.up()
        await delivering(() => arrived('handed over', 7))
      })

      it('that is down for too long misses the oldest, which are counted', async () => {
        await receiver.down()
        const before = await state()
        for (let number = 0; number < 20; number++) await take('bounded', 1)
        const { waiting } = await state()
        const bounds = { ...ROOMY, size: Math.ceil((waiting.bytes / waiting.batches) * 5) }
        await delivering(async (delivery) => {
          await until('the oldest are dropped', async () => (await state()).waiting.batches <= 5)
          await receiver.up()
          await until('the rest is delivered', async () => (await state()).waiting.batches === 0)
          const { droppedCalls, deliveredCalls } = await state()
          const [dropped, delivered] = [droppedCalls - before.droppedCalls, deliveredCalls - before.deliveredCalls]
          assert.ok(dropped >= 15, `${dropped} dropped`)
          assert.equal(dropped + delivered, 20)
          assert.equal(delivery.counts.droppedCalls, dropped)
          await arrived('bounded', delivered)
        }, bounds)
      })

      it(`whose answer is lost is told again, and counts ${countsOnce ? 'once' : 'twice'}`, async () => {
        receiver.loseNextAnswer()
        await delivering(async (delivery) => {
          await take('again', 9)
          delivery.notice()
          await until('nothing waits', async () => (await state()).waiting.batches === 0)
          await arrived('again', countsOnce ? 9 : 18)
        })
      })
    })
  }
}
