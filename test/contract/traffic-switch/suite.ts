import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, test } from 'node:test'
import { carryOut } from '../../../toolkit/failover/steps/carry-out.ts'
import { ProcedureJournal } from '../../../toolkit/failover/steps/procedure-journal.ts'
import type { Step } from '../../../toolkit/failover/steps/step.ts'
import type { TrafficSwitch } from '../../../toolkit/failover/switches/traffic-switch.ts'
import { milliseconds, seconds } from '../../../topology/index.ts'
import { type Player, REGIONS } from './player.ts'

const [EAST, WEST] = REGIONS

export interface SwitchUnderTest<P extends Player> {
  readonly name: TrafficSwitch['kind']
  readonly skip?: string | false
  readonly play: () => Promise<P>
  /** `expected` is what its step says of how long it takes. */
  readonly make: (player: P, expected: string) => TrafficSwitch
  readonly more?: (tools: {
    readonly player: () => P
    readonly made: (change?: Partial<P>) => TrafficSwitch
    readonly run: (steps: readonly Step[]) => Promise<void>
  }) => void
}

/** What every switch must do, whoever balances callers. */
export function describeTrafficSwitch<P extends Player>({
  name,
  skip = false,
  play,
  make,
  more,
}: SwitchUnderTest<P>): void {
  describe(`the switch ${name}`, { skip }, () => {
    let player: P
    let directory: string
    const opened: TrafficSwitch[] = []
    const kept: Record<string, string | undefined> = {}

    before(async () => {
      player = await play()
      directory = mkdtempSync(join(tmpdir(), 'antipode-switch-'))
      for (const [key, value] of Object.entries(player.env)) {
        kept[key] = process.env[key]
        process.env[key] = value
      }
    })
    after(async () => {
      for (const one of opened) one.close()
      for (const [key, value] of Object.entries(kept)) {
        if (value === undefined) delete process.env[key]
        else process.env[key] = value
      }
      await player?.stop()
      if (directory) rmSync(directory, { recursive: true, force: true })
    })
    beforeEach(async () => {
      for (const region of REGIONS) await player.turn(region, true)
      player.orders.length = 0
    })

    const made = (change: Partial<P> = {}): TrafficSwitch => {
      const one = make({ ...player, ...change }, '15 s')
      opened.push(one)
      return one
    }
    let count = 0
    const run = async (steps: readonly Step[]) => {
      count += 1
      const journal = new ProcedureJournal(join(directory, `${count}.jsonl`))
      const name = { procedure: 'test', to: WEST }
      await carryOut(steps, { name, journal, every: milliseconds(1), patience: seconds(60) })
    }
    const on = async (): Promise<string[]> =>
      (await made().states()).filter((state) => state.on).map(({ region }) => region)

    test('tells of every region whether it answers, and from what it knows', async () => {
      await player.turn(EAST, false)
      const states = await made().states()
      assert.deepEqual(
        states.map(({ region, on }) => [region, on]),
        [
          [EAST, false],
          [WEST, true],
        ],
      )
      for (const { because } of states) assert.match(because, /\w+ \w+/)
    })

    test('plans without turning anything, and says what it does and how long that takes', async () => {
      const step = made().answerFrom([WEST])
      assert.deepEqual(await step.look(), { is: 'ready' })
      assert.equal(step.what, 'let us-west-2 answer callers, and nobody else')
      assert.equal(step.expected, '15 s')
      assert.deepEqual(player.orders, [])
    })

    test('takes a region out, brings it back, and asks for nothing that is so already', async () => {
      await run([made().answerFrom([WEST])])
      assert.deepEqual(await on(), [WEST])
      await run([made().answerFrom([WEST])])
      await run([made().answerFrom(REGIONS)])
      assert.deepEqual(await on(), [...REGIONS])
      assert.deepEqual(player.orders, [`${EAST} off`, `${EAST} on`])
    })

    test('turns on before it turns off, so that somebody answers at every moment', async () => {
      await player.turn(WEST, false)
      await run([made().answerFrom([WEST])])
      assert.deepEqual(player.orders, [`${WEST} on`, `${EAST} off`])
    })

    test('refuses to leave nobody', async () => {
      await assert.rejects(run([made().answerFrom([])]), {
        code: 'ANTIPODE_REFUSED',
        message: /no region would answer/,
      })
      assert.deepEqual(player.orders, [])
    })

    test('names the regions that can be switched when another one is meant', () => {
      assert.throws(() => made().answerFrom(['eu-west-1']), /eu-west-1 cannot be switched; .* us-east-1, us-west-2/)
    })

    test('is taken back where what follows is refused', async () => {
      let looked = 0
      const refusing: Step = {
        ...{ id: 'next', what: 'the next step', expected: '', irreversible: true, begin: async () => {} },
        look: async () => (looked++ === 0 ? { is: 'ready' } : { is: 'refused', because: 'it has changed' }),
      }
      await assert.rejects(run([made().answerFrom([WEST]), refusing]), /the next step: it has changed/)
      assert.deepEqual(await on(), [...REGIONS])
      assert.deepEqual(player.orders, [`${EAST} off`, `${EAST} on`])
    })

    test('tells whom it asked when the answer is a failure', async () => {
      const ids = Object.fromEntries(REGIONS.map((region) => [region, `nobody-${region}`]))
      await assert.rejects(made({ ids } as Partial<P>).states(), { code: 'DRIVER_FAILED' })
    })

    more?.({ player: () => player, made, run })
  })
}
