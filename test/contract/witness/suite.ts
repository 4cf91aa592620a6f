import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, beforeEach, describe, it } from 'node:test'
import { RightToGoAlone, type Witness } from '../../../runtime/control-plane/replication/automatic/witness.ts'

export interface WitnessUnderTest {
  readonly name: string
  readonly skip?: string | false
  /** Why two calls are not made at one moment here. @default they are */
  readonly oneAtATime?: string
  start(): Promise<void>
  stop(): Promise<void>
  /** Opens the object of this name anew. */
  open(object: string): Promise<Witness>
  /** Nobody can reach what holds the objects any more. */
  takeAway(): Promise<void>
}

/** What every witness must do, wherever its object is. */
export function describeWitness(underTest: WitnessUnderTest): void {
  const { name, skip = false, oneAtATime, start, stop, open, takeAway } = underTest
  const both = async <T>(first: () => Promise<T>, second: () => Promise<T>): Promise<T[]> =>
    oneAtATime === undefined ? Promise.all([first(), second()]) : [await first(), await second()]
  describe(`a witness: ${name}`, { skip }, () => {
    let one: Witness
    let other: Witness
    before(start)
    after(stop)
    const opened: Witness[] = []
    after(() => {
      for (const witness of opened) witness.close()
    })
    beforeEach(async () => {
      const object = `${randomUUID()}.json`
      one = await open(object)
      other = await open(object)
      opened.push(one, other)
    })

    it('holds nothing at first', async () => {
      assert.equal(await one.read(), undefined)
    })

    it('shows what was written last, to everybody', async () => {
      assert.equal(await one.replace('first', undefined), true)
      const found = await other.read()
      assert.equal(found?.text, 'first')
      assert.equal(await other.replace('second', found?.tag), true)
      assert.equal((await one.read())?.text, 'second')
    })

    it('is created by one of two', async () => {
      const won = await both(
        () => one.replace('one', undefined),
        () => other.replace('other', undefined),
      )
      assert.deepEqual(won.toSorted(), [false, true])
      assert.equal((await one.read())?.text, won[0] ? 'one' : 'other')
    })

    it('is replaced by one of two that have read the same', async () => {
      await one.replace('first', undefined)
      const tag = (await one.read())?.tag
      const won = await both(
        () => one.replace('one', tag),
        () => other.replace('other', tag),
      )
      assert.deepEqual(won.toSorted(), [false, true])
      assert.equal((await one.read())?.text, won[0] ? 'one' : 'other')
    })

    it('is not replaced by who has read what was there before', async () => {
      await one.replace('first', undefined)
      const tag = (await one.read())?.tag
      await other.replace('second', tag)
      assert.equal(await one.replace('third', tag), false)
      assert.equal(await one.replace('third', undefined), false)
      assert.equal((await one.read())?.text, 'second')
    })

    it('lets one of two regions go on', async () => {
      const common = { lineage: 'one', held: 1 }
      const ends = await both(
        () => won(new RightToGoAlone(one).claim({ ...common, region: 'east', epoch: 1 })),
        () => won(new RightToGoAlone(other).claim({ ...common, region: 'west', epoch: 2 })),
      )
      assert.deepEqual(ends.toSorted(), [false, true])
    })

    it('lets nobody go on once it cannot be reached', async () => {
      await takeAway()
      await assert.rejects(
        new RightToGoAlone(one).claim({ lineage: 'one', region: 'east', held: 1, epoch: 1 }),
        /east: the witness .* cannot be asked/,
      )
    })
  })
}

function won(claim: Promise<void>): Promise<boolean> {
  return claim.then(
    () => true,
    () => false,
  )
}
