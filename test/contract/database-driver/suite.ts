import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { DatabaseDriver } from '../../../toolkit/failover/drivers/database-driver.ts'
import { carryOut } from '../../../toolkit/failover/steps/carry-out.ts'
import { ProcedureJournal } from '../../../toolkit/failover/steps/procedure-journal.ts'
import type { Step } from '../../../toolkit/failover/steps/step.ts'
import { milliseconds, seconds } from '../../../topology/index.ts'
import { motoMissing } from '../../toolkit/moto-server.ts'
import { PlayedAws } from '../../toolkit/played-aws.ts'

export const EAST = 'us-east-1'
export const WEST = 'us-west-2'

/** A writer in the east and a replica in the west, of their own for each test. */
export interface Pair {
  readonly east: string
  readonly west: string
  driver(): DatabaseDriver
}

export interface Refusal {
  readonly name: string
  readonly arrange: (aws: PlayedAws, pair: Pair) => Promise<void> | void
  readonly order: (driver: DatabaseDriver) => readonly Step[]
  readonly refusal: RegExp
}

export interface DriverUnderTest {
  readonly name: string
  /** Makes a pair whose names begin with `name`. */
  readonly deploy: (aws: PlayedAws, name: string) => Promise<Pair>
  /** What AWS is asked for, by order. */
  readonly orders: { readonly switchover: string; readonly failover: string }
  readonly refusals: readonly Refusal[]
  /** What is particular to it. */
  readonly more?: (tools: {
    readonly aws: () => PlayedAws
    readonly deploy: () => Promise<Pair>
    readonly run: (steps: readonly Step[], file?: string) => Promise<string[]>
  }) => void
}

/** What every driver of databases must do, whoever runs them. */
export function describeDatabaseDriver({ name, deploy, orders, refusals, more }: DriverUnderTest): void {
  describe(`the database driver ${name}`, { skip: motoMissing }, () => {
    let aws: PlayedAws
    let directory: string
    let count = 0
    const opened: DatabaseDriver[] = []
    const kept: Record<string, string | undefined> = {}

    before(async () => {
      aws = await PlayedAws.start()
      directory = mkdtempSync(join(tmpdir(), 'antipode-driver-'))
      for (const [key, value] of Object.entries(aws.env)) {
        kept[key] = process.env[key]
        process.env[key] = value
      }
    })
    after(async () => {
      for (const driver of opened) driver.close()
      for (const [key, value] of Object.entries(kept)) {
        if (value === undefined) delete process.env[key]
        else process.env[key] = value
      }
      await aws?.stop()
      if (directory) rmSync(directory, { recursive: true, force: true })
    })

    const fresh = async (): Promise<Pair> => {
      count += 1
      const pair = await deploy(aws, `payments${count}`)
      const driver = () => {
        const made = pair.driver()
        opened.push(made)
        return made
      }
      aws.orders.length = 0
      return { ...pair, driver }
    }
    const run = async (steps: readonly Step[], file = `${count}-${Math.random()}`): Promise<string[]> => {
      const said: string[] = []
      const journal = new ProcedureJournal(join(directory, `${file}.jsonl`))
      await carryOut(steps, {
        ...{ name: { procedure: 'test', to: WEST }, journal, every: milliseconds(1), patience: seconds(60) },
        progress: (line) => said.push(line),
      })
      return said
    }
    const roles = async (driver: DatabaseDriver) =>
      Object.fromEntries((await driver.states()).map(({ region, role }) => [region, role]))

    test('tells who writes, who follows whom, and where each is reached', async () => {
      const pair = await fresh()
      const [east, west] = await pair.driver().states()
      assert.deepEqual(
        [east?.region, east?.identifier, east?.role, east?.status, east?.source],
        [EAST, pair.east, 'writer', 'available', null],
      )
      assert.deepEqual([west?.region, west?.identifier, west?.role], [WEST, pair.west, 'replica'])
      assert.match(west?.source ?? '', new RegExp(`^arn:aws:rds:${EAST}:\\d+:\\w+:${pair.east}$`))
      assert.match(west?.endpoint ?? '', new RegExp(`^${pair.west}\\..*\\.${WEST}\\.rds\\.amazonaws\\.com$`))
    })

    test('plans without asking for anything, and says what each step is and how long it takes', async () => {
      const driver = (await fresh()).driver()
      const plans = [driver.switchover(WEST), driver.failover(WEST), driver.fence(EAST), driver.rejoin(EAST, WEST)]
      for (const steps of plans) {
        assert.ok(steps.length > 0)
        for (const step of steps) {
          await step.look()
          assert.ok(step.id && step.what && step.expected)
        }
      }
      assert.deepEqual(aws.orders, [])
      assert.deepEqual(await roles(driver), { [EAST]: 'writer', [WEST]: 'replica' })
    })

    for (const way of ['switchover', 'failover'] as const) {
      test(`${way} makes the replica the writer, waits until it is, and asks once however often it runs`, async () => {
        const pair = await fresh()
        const driver = pair.driver()
        const said = await run(driver[way](WEST))
        assert.equal((await roles(driver))[WEST], 'writer')
        assert.ok(
          said.some((line) => /modifying|over/.test(line)),
          said.join('\n'),
        )
        assert.match((await run(driver[way](WEST))).join('\n'), /is so already/)
        assert.deepEqual(aws.orders, [`${orders[way]} ${pair.west}`])
      })
    }

    test('goes on with what a runner began that is gone', async () => {
      const pair = await fresh()
      const cut = new AbortController()
      const journal = () => new ProcedureJournal(join(directory, `cut-${count}.jsonl`))
      const options = { name: { procedure: 'failover', to: WEST }, every: milliseconds(1) }
      await assert.rejects(
        carryOut(pair.driver().failover(WEST), {
          ...{ ...options, journal: journal(), signal: cut.signal },
          progress: (line) => /modifying|over/.test(line) && cut.abort(),
        }),
      )
      assert.deepEqual(journal().open, options.name)
      await assert.rejects(
        carryOut([], { ...options, name: { procedure: 'failover', to: EAST }, journal: journal() }),
        /the failover to us-west-2 has not ended; run that again first/,
      )
      await carryOut(pair.driver().failover(WEST), { ...options, journal: journal() })
      assert.equal((await roles(pair.driver()))[WEST], 'writer')
      assert.equal(journal().open, undefined)
      assert.equal(aws.orders.length, 1)
    })

    test('names the regions that have a database when another one is meant', async () => {
      const driver = (await fresh()).driver()
      assert.throws(
        () => driver.failover('eu-west-1'),
        /eu-west-1 has no database; those with one are us-east-1, us-west-2/,
      )
    })

    for (const { name: what, arrange, order, refusal } of refusals) {
      test(`refuses, and asks for nothing: ${what}`, async () => {
        const pair = await fresh()
        await arrange(aws, pair)
        const asked = aws.orders.length
        await assert.rejects(run(order(pair.driver())), { code: 'ANTIPODE_REFUSED', message: refusal })
        assert.equal(aws.orders.length, asked)
      })
    }

    more?.({ aws: () => aws, deploy: fresh, run })
  })
}
