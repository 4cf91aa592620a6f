import type { Writable } from 'node:stream'
import type { InstanceState, RegionState } from '../../model/region-state.ts'
import { STORED_KINDS } from '../../model/resource.ts'
import type { Version } from '../../model/version.ts'
import type { Configuration } from '../store/configuration.ts'
import type { Publication } from '../store/sequencer.ts'
import type { MemberMessage } from './member-messages.ts'

const SAY_STATE_EVERY = 500
/** Resources a line, so that neither side holds the whole configuration as one text. */
const RESOURCES_A_LINE = 500
/** A member that reads so slowly begins again with a whole configuration. Bytes. */
const FULL = 64 * 1024 * 1024
/** A member says what it serves every five seconds. */
const FORGET_AFTER = 15_000

export interface Shown {
  readonly configuration: Configuration
  readonly lineage: string
  readonly version: Version
}

/** The leader's side of its members: one stream each, and what they serve. */
export class MemberFeed {
  readonly #state: () => RegionState
  readonly #shown: () => Shown | null
  readonly #onFleet: () => void
  readonly #streams = new Set<Writable>()
  readonly #fleets = new Map<string, { readonly instances: readonly InstanceState[]; readonly heardAt: number }>()
  readonly #timer: NodeJS.Timeout

  constructor(state: () => RegionState, shown: () => Shown | null, onFleet: () => void) {
    this.#state = state
    this.#shown = shown
    this.#onFleet = onFleet
    this.#timer = setInterval(() => this.sayState(), SAY_STATE_EVERY)
  }

  add(stream: Writable): void {
    this.#streams.add(stream)
    stream.once('close', () => this.#streams.delete(stream))
    stream.on('error', () => stream.destroy())
    this.#send({ kind: 'state', state: this.#state() }, [stream])
    this.#sendAll([stream])
  }

  /** A whole configuration is shown anew. */
  show(): void {
    this.#sendAll([...this.#streams])
  }

  advance({ version, changes }: Publication): void {
    this.#send({ kind: 'publication', version, changes })
  }

  sayState(): void {
    if (this.#streams.size > 0) this.#send({ kind: 'state', state: this.#state() })
  }

  takeFleet(member: string, instances: readonly InstanceState[]): void {
    this.#fleets.set(member, { instances, heardAt: performance.now() })
    this.#onFleet()
  }

  /** Instances that members serve. */
  instances(): InstanceState[] {
    for (const [member, { heardAt }] of this.#fleets) {
      if (performance.now() - heardAt > FORGET_AFTER) this.#fleets.delete(member)
    }
    return [...this.#fleets.values()].flatMap(({ instances }) => instances)
  }

  /** Leads no more: members look for their leader again. */
  dismiss(): void {
    for (const stream of this.#streams) stream.destroy()
    this.#fleets.clear()
  }

  close(): void {
    clearInterval(this.#timer)
    this.dismiss()
  }

  #sendAll(streams: readonly Writable[]): void {
    const shown = this.#shown()
    if (!shown || streams.length === 0) return
    const { configuration, lineage, version } = shown
    this.#send({ kind: 'begin', lineage, version, knows: STORED_KINDS }, streams)
    const resources = [...configuration.all()].map(({ hash: _, ...change }) => change)
    for (let from = 0; from < resources.length; from += RESOURCES_A_LINE) {
      this.#send({ kind: 'resources', changes: resources.slice(from, from + RESOURCES_A_LINE) }, streams)
    }
    this.#send({ kind: 'shown' }, streams)
  }

  #send(message: MemberMessage, streams: Iterable<Writable> = this.#streams): void {
    const line = `${JSON.stringify(message)}\n`
    for (const stream of streams) {
      if (message.kind === 'publication' && stream.writableLength > FULL) stream.destroy()
      else if (!stream.destroyed) stream.write(line)
    }
  }
}
