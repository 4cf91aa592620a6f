import type { Affliction } from '../local-topology.ts'
import { clock } from './clock.ts'
import { dns } from './dns.ts'
import { expiredCertificate } from './expired-certificate.ts'
import { fullDisk } from './full-disk.ts'
import { lostSlot } from './lost-slot.ts'
import { oldFrames } from './old-frames.ts'
import { oldSnapshot } from './old-snapshot.ts'
import type { Ground, Lasting, Remedy } from './remedy.ts'

const REMEDIES: { readonly [Kind in Affliction['kind']]: Remedy<Kind> } = {
  clock,
  dns,
  'expired-certificate': expiredCertificate,
  'full-disk': fullDisk,
  'lost-slot': lostSlot,
  'old-frames': oldFrames,
  'old-snapshot': oldSnapshot,
}

type AnyRemedy = Readonly<Record<keyof Remedy<'dns'>, (ground: Ground, affliction: Affliction) => Promise<void>>>

interface InForce {
  readonly affliction: Affliction
  readonly lasting: Lasting[]
}

/** What is wrong with a running topology by intent. Changes are made one after the other. */
export class Afflictions {
  readonly #ground: (region: string | null) => Omit<Ground, 'keep'>
  readonly #inForce = new Map<string, InForce>()
  #changed: Promise<void> = Promise.resolve()

  constructor(ground: (region: string | null) => Omit<Ground, 'keep'>) {
    this.#ground = ground
  }

  get list(): readonly Affliction[] {
    return [...this.#inForce.values()].map(({ affliction }) => affliction)
  }

  inflict(affliction: Affliction): Promise<void> {
    return this.#next(async () => {
      const key = keyOf(affliction)
      // In force from here on: what fails half-way has to be taken back as well.
      const inForce = { affliction, lasting: this.#inForce.get(key)?.lasting ?? [] }
      const ground = this.#groundOf(inForce)
      this.#inForce.set(key, inForce)
      await remedyFor(affliction).inflict(ground, affliction)
    })
  }

  relieve(affliction: Affliction): Promise<void> {
    return this.#next(async () => {
      const inForce = this.#inForce.get(keyOf(affliction))
      if (!inForce) return
      await remedyFor(inForce.affliction).relieve(this.#groundOf(inForce), inForce.affliction)
      await end(inForce)
      this.#inForce.delete(keyOf(affliction))
    })
  }

  /** Ends what runs in this process; what was done stays as it is. */
  async close(): Promise<void> {
    await Promise.all([...this.#inForce.values()].map(end))
  }

  #groundOf({ affliction, lasting }: InForce): Ground {
    return { ...this.#ground(affliction.region), keep: (one) => void lasting.push(one) }
  }

  #next(change: () => Promise<void>): Promise<void> {
    const changed = this.#changed.then(change)
    this.#changed = changed.catch(() => undefined)
    return changed
  }
}

/** The pairing of kind and remedy is what `REMEDIES` states, which the type of a union cannot carry along. */
function remedyFor({ kind }: Affliction): AnyRemedy {
  return REMEDIES[kind] as unknown as AnyRemedy
}

async function end({ lasting }: InForce): Promise<void> {
  await Promise.all(lasting.splice(0).map((one) => one.close()))
}

function keyOf({ kind, region }: Affliction): string {
  return kind === 'dns' ? kind : `${kind} ${region}`
}
