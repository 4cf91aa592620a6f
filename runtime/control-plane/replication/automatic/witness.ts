import { randomUUID } from 'node:crypto'
import { AntipodeError } from '../../../model/errors.ts'

/** An object in a third place, read and replaced as a whole: the same in every kind of witness. */
export interface Witness {
  /** Where it is, for messages. */
  readonly place: string
  /** @returns undefined where there is no object yet. @throws where it cannot be told */
  read(): Promise<TaggedText | undefined>
  /**
   * Replaces the object only where it still is what was read.
   *
   * @param before its tag; undefined where there was none
   * @returns false where somebody else wrote it meanwhile
   * @throws where it cannot be told whether it was replaced
   */
  replace(text: string, before: string | undefined): Promise<boolean>
  close(): void
}

export interface TaggedText {
  readonly text: string
  /** Another one for every content. */
  readonly tag: string
}

/** What the object holds: which region may go on without the other. */
export interface WitnessRecord {
  readonly lineage: string
  readonly epoch: number
  /** The region that writes in this epoch. */
  readonly region: string
  /** It may write alone: the other region may neither take over nor go on. */
  readonly alone: boolean
  /** Makes each record another than all before, so that no two have one tag. */
  readonly id: string
  /** When it was written, ISO 8601. */
  readonly at: string
}

/** A region wants to go on without the other. */
export interface Claim {
  readonly lineage: string
  readonly region: string
  /** The epoch that its database holds. */
  readonly held: number
  /** The one in which it goes on: `held`, or a later one that it begins. */
  readonly epoch: number
}

const TRIES = 3

/**
 * The right to go on without the other region, which the two take from one object in a third place by compare-and-swap.
 *
 * Whoever is to write without the other's confirmation, a standby that takes over or a writer that goes on alone, first
 * writes its name there; the other is refused from then on. A claim is written anew each time, also where it stands
 * there already, so that no earlier answer can still replace it. Once the other region confirms again the claim is
 * given back. While the witness cannot be reached nobody claims anything.
 */
export class RightToGoAlone {
  readonly #witness: Witness
  #unsettled = true

  constructor(witness: Witness) {
    this.#witness = witness
  }

  get place(): string {
    return this.#witness.place
  }

  /** The witness may hold a claim of this region that is over. */
  get unsettled(): boolean {
    return this.#unsettled
  }

  /** Another control plane of this region may have claimed meanwhile. */
  doubt(): void {
    this.#unsettled = true
  }

  /** Returns once the right is this region's. @throws AntipodeError ANTIPODE_REFUSED */
  async claim(claim: Claim): Promise<void> {
    await this.#take(claim, (found) => found && refusalOf(found, claim))
  }

  /** The same whatever stands there: an operator accepts that the other region may have gone on. */
  async claimAnyway(claim: Claim): Promise<void> {
    await this.#take(claim, () => undefined)
  }

  /**
   * Gives an earlier claim of this region back, where there is one, in favour of the writer of `epoch`, which is
   * confirmed.
   *
   * @param stillLeads asked after the claim was read: whether this control plane still leads, and claims nothing itself.
   * So no claim of a later leader is given back
   */
  async giveBack(
    by: string,
    now: { readonly lineage: string; readonly epoch: number; readonly writer: string },
    stillLeads: () => Promise<boolean>,
  ): Promise<void> {
    const found = await this.#read()
    const isOver = found && found.record.region === by && (found.record.alone || found.record.epoch > now.epoch)
    if (isOver && found.record.lineage === now.lineage) {
      if (!(await stillLeads())) return
      const { lineage, epoch, writer: region } = now
      const replaced = await this.#witness.replace(write({ lineage, epoch, region, alone: false }), found.tag)
      if (!replaced) return
    }
    this.#unsettled = false
  }

  close(): void {
    this.#witness.close()
  }

  async #take(claim: Claim, refusal: (found: WitnessRecord | undefined) => string | undefined): Promise<void> {
    this.#unsettled = true
    const refused = (reason: string, cause?: unknown) =>
      new AntipodeError('ANTIPODE_REFUSED', { reason: `${claim.region}: ${reason}` }, { cause })
    const { lineage, region, epoch } = claim
    try {
      for (let attempt = 0; attempt < TRIES; attempt++) {
        const found = await this.#read()
        const reason = refusal(found?.record)
        if (reason !== undefined) throw refused(reason)
        if (await this.#witness.replace(write({ lineage, epoch, region, alone: true }), found?.tag)) return
      }
    } catch (error) {
      if (error instanceof AntipodeError) throw error
      throw refused(`the witness ${this.place} cannot be asked: ${(error as Error).message}`, error)
    }
    throw refused(`somebody else wrote to the witness ${this.place} ${TRIES} times meanwhile`)
  }

  async #read(): Promise<{ readonly record: WitnessRecord; readonly tag: string } | undefined> {
    const found = await this.#witness.read()
    return found && { record: readRecord(found.text), tag: found.tag }
  }
}

/** Why a claim is refused beside what stands there, or undefined. */
export function refusalOf(found: WitnessRecord, { lineage, region, held, epoch }: Claim): string | undefined {
  if (found.lineage !== lineage) {
    return `the witness holds lineage ${found.lineage}, and this is ${lineage}; remove the object to use it for this one`
  }
  if (found.epoch < held) return undefined
  if (found.region === region && found.epoch <= epoch) return undefined
  if (found.epoch > held) return `the witness says that ${found.region} goes on in epoch ${found.epoch}`
  return found.alone ? `the witness says that ${found.region} writes alone in epoch ${found.epoch}` : undefined
}

function write(record: Omit<WitnessRecord, 'id' | 'at'>): string {
  const whole: WitnessRecord = { ...record, id: randomUUID(), at: new Date().toISOString() }
  return `${JSON.stringify(whole)}\n`
}

function readRecord(text: string): WitnessRecord {
  const record = asObject(text)
  const { lineage, epoch, region, alone } = record
  const isRecord = typeof lineage === 'string' && Number.isInteger(epoch) && typeof region === 'string'
  if (!isRecord || typeof alone !== 'boolean') throw new Error('its object is no record of who may write alone')
  return record as WitnessRecord
}

function asObject(text: string): Partial<WitnessRecord> {
  try {
    return Object(JSON.parse(text))
  } catch {
    throw new Error('its object is not JSON')
  }
}
