import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import {
  type Claim,
  RightToGoAlone,
  refusalOf,
  type WitnessRecord,
} from '../../../../runtime/control-plane/replication/automatic/witness.ts'
import { MemoryWitness } from '../../../contract/witness/memory-witness.ts'

const LINEAGE = 'one'
/** East writes in epoch 1. */
const EAST_GOES_ON: Claim = { lineage: LINEAGE, region: 'east', held: 1, epoch: 1 }
const WEST_TAKES_OVER: Claim = { lineage: LINEAGE, region: 'west', held: 1, epoch: 2 }

describe('the right to go on without the other region', () => {
  let witness: MemoryWitness
  let east: RightToGoAlone
  let west: RightToGoAlone
  beforeEach(() => {
    witness = new MemoryWitness()
    east = new RightToGoAlone(witness)
    west = new RightToGoAlone(witness)
  })
  const record = () => {
    const { id: _, at: __, ...rest } = JSON.parse(witness.found!.text) as WitnessRecord
    return rest
  }
  const always = async () => true

  it('is given to one of the two, whoever comes first', async () => {
    await east.claim(EAST_GOES_ON)
    await assert.rejects(west.claim(WEST_TAKES_OVER), /east writes alone in epoch 1/)
    witness.found = undefined
    await west.claim(WEST_TAKES_OVER)
    await assert.rejects(east.claim(EAST_GOES_ON), /west goes on in epoch 2/)
  })

  it('is given to one of the two that come at the same moment', async () => {
    witness.meanwhile = () => {
      witness.meanwhile = undefined
      witness.put(JSON.stringify({ lineage: LINEAGE, epoch: 2, region: 'west', alone: true }))
    }
    await assert.rejects(east.claim(EAST_GOES_ON), /west goes on in epoch 2/)
  })

  it('is given again to who has it, with another tag, so that nothing older can replace it', async () => {
    await east.claim(EAST_GOES_ON)
    const { tag, text } = witness.found!
    await east.claim(EAST_GOES_ON)
    assert.notEqual(witness.found!.tag, tag)
    assert.notEqual(witness.found!.text, text)
  })

  it('is given to nobody while the witness is away', async () => {
    witness.isAway = true
    await assert.rejects(east.claim(EAST_GOES_ON), { code: 'ANTIPODE_REFUSED', message: /cannot be asked: is away/ })
  })

  it('is given to nobody where the object is something else', async () => {
    for (const text of ['', 'null', '[]', '{"epoch":1}', 'hello']) {
      witness.put(text)
      await assert.rejects(east.claim(EAST_GOES_ON), { code: 'ANTIPODE_REFUSED' }, text)
    }
  })

  it('is taken whatever stands there, where an operator accepts that', async () => {
    await east.claim(EAST_GOES_ON)
    await west.claimAnyway(WEST_TAKES_OVER)
    assert.deepEqual(record(), { lineage: LINEAGE, epoch: 2, region: 'west', alone: true })
  })

  it('can be won by the other region once it was given back', async () => {
    await east.claim(EAST_GOES_ON)
    assert.equal(east.unsettled, true)
    await east.giveBack('east', { lineage: LINEAGE, epoch: 1, writer: 'east' }, always)
    assert.equal(east.unsettled, false)
    assert.deepEqual(record(), { lineage: LINEAGE, epoch: 1, region: 'east', alone: false })
    await west.claim(WEST_TAKES_OVER)
  })

  it('is given back by a standby that claimed it and did not take over', async () => {
    await west.claim(WEST_TAKES_OVER)
    await west.giveBack('west', { lineage: LINEAGE, epoch: 1, writer: 'east' }, always)
    assert.deepEqual(record(), { lineage: LINEAGE, epoch: 1, region: 'east', alone: false })
    await east.claim(EAST_GOES_ON)
  })

  it("is not given back where it is the other region's", async () => {
    await east.claim(EAST_GOES_ON)
    await west.giveBack('west', { lineage: LINEAGE, epoch: 1, writer: 'east' }, always)
    assert.deepEqual(record(), { lineage: LINEAGE, epoch: 1, region: 'east', alone: true })
  })

  it('is not given back by who leads no more, nor over what a later leader claimed', async () => {
    await west.claim(WEST_TAKES_OVER)
    const now = { lineage: LINEAGE, epoch: 1, writer: 'east' }
    await west.giveBack('west', now, async () => false)
    assert.equal(record().region, 'west')
    assert.equal(west.unsettled, true)
    await west.giveBack('west', now, async () => {
      await new RightToGoAlone(witness).claim(WEST_TAKES_OVER)
      return true
    })
    assert.equal(record().region, 'west')
    assert.equal(west.unsettled, true)
  })

  const cases: [string, Partial<WitnessRecord>, Claim, RegExp | undefined][] = [
    ['another lineage', { lineage: 'two' }, EAST_GOES_ON, /holds lineage two/],
    ['an earlier epoch, even alone', { epoch: 1, alone: true }, { ...WEST_TAKES_OVER, held: 2, epoch: 66 }, undefined],
    ['the same epoch, confirmed', {}, WEST_TAKES_OVER, undefined],
    ['the same epoch, alone', { alone: true }, WEST_TAKES_OVER, /writes alone/],
    ['its own, of the epoch it begins', { epoch: 2, region: 'west', alone: true }, WEST_TAKES_OVER, undefined],
    ['a later epoch, confirmed', { epoch: 2, region: 'west' }, EAST_GOES_ON, /goes on in epoch 2/],
    ['a later epoch of its own', { epoch: 65 }, EAST_GOES_ON, /goes on in epoch 65/],
  ]
  for (const [what, found, claim, refusal] of cases) {
    it(`beside ${what}: ${refusal ? 'refused' : 'given'}`, () => {
      const whole = { lineage: LINEAGE, epoch: 1, region: 'east', alone: false, id: '', at: '', ...found }
      const said = refusalOf(whole, claim)
      if (refusal) assert.match(said ?? '', refusal)
      else assert.equal(said, undefined)
    })
  }
})
