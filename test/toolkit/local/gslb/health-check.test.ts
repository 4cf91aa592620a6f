import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it, mock } from 'node:test'
import { CHECKERS, HealthCheck } from '../../../../toolkit/local/gslb/health-check.ts'

const INTERVAL = 10
const PHASE = (INTERVAL * 1000) / CHECKERS

describe('a health check', () => {
  let passes = true
  let probes = 0
  let changes: boolean[] = []
  let check: HealthCheck

  /** Lets time pass phase by phase, from the middle of one to the middle of the next: one probe each. */
  const pass = async (phases: number): Promise<void> => {
    for (let i = 0; i < phases; i++) {
      mock.timers.tick(PHASE)
      for (let turn = 0; turn < 4; turn++) await Promise.resolve()
    }
  }
  const begin = (threshold: number): void => {
    check = new HealthCheck({
      ...{ interval: INTERVAL, threshold },
      probe: async () => {
        probes++
        return passes
      },
      onChange: (healthy) => changes.push(healthy),
    })
    check.start()
    mock.timers.tick(PHASE / 2)
  }

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'] })
    passes = true
    probes = 0
    changes = []
  })
  afterEach(() => {
    check.close()
    mock.timers.reset()
  })

  it('probes sixteen times an interval, evenly spread', async () => {
    begin(3)
    await pass(CHECKERS)
    const first = probes
    await pass(CHECKERS)
    assert.equal(probes - first, CHECKERS)
  })

  it('counts as healthy until checkers have seen it fail as often as the threshold says', async () => {
    begin(2)
    await pass(CHECKERS)
    passes = false
    await pass(CHECKERS)
    assert.deepEqual([check.share, check.healthy], [1, true])
    await pass(1)
    assert.equal(check.share, 15 / 16)
  })

  it('is unhealthy once 18 % of the checkers or fewer see it up: two of sixteen, not three', async () => {
    begin(1)
    await pass(CHECKERS)
    passes = false
    await pass(13)
    assert.deepEqual([check.share, check.healthy], [3 / 16, true])
    await pass(1)
    assert.deepEqual([check.share, check.healthy], [2 / 16, false])
    assert.deepEqual(changes, [false])
  })

  it('is healthy again once more than 18 % see it up', async () => {
    begin(2)
    await pass(CHECKERS)
    passes = false
    await pass(2 * CHECKERS)
    assert.deepEqual([check.share, check.healthy], [0, false])
    const before = check.since
    passes = true
    await pass(CHECKERS + 2)
    assert.equal(check.healthy, false)
    await pass(1)
    assert.deepEqual([check.share, check.healthy], [3 / 16, true])
    assert.deepEqual(changes, [false, true])
    assert.ok(check.since > before)
  })

  it('forgets single failures', async () => {
    begin(2)
    await pass(CHECKERS)
    for (let round = 0; round < 4; round++) {
      passes = round % 2 === 1
      await pass(CHECKERS)
    }
    assert.deepEqual([check.share, changes], [1, []])
  })

  it('asks nothing any more once it is closed', async () => {
    begin(2)
    await pass(3)
    check.close()
    const asked = probes
    await pass(2 * CHECKERS)
    assert.equal(probes, asked)
  })
})
