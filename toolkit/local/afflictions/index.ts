import type { Affliction } from '../local-topology.ts'
import { clock } from './clock.ts'
import { dns } from './dns.ts'
import { expiredCertificate } from './expired-certificate.ts'
import { fullDisk } from './full-disk.ts'
import { lostSlot } from './lost-slot.ts'
import { oldSnapshot } from './old-snapshot.ts'
import type { Ground, Remedy } from './remedy.ts'

const REMEDIES: { readonly [Kind in Affliction['kind']]: Remedy<Kind> } = {
  clock,
  dns,
  'expired-certificate': expiredCertificate,
  'full-disk': fullDisk,
  'lost-slot': lostSlot,
  'old-snapshot': oldSnapshot,
}

type AnyRemedy = Readonly<Record<keyof Remedy<'dns'>, (ground: Ground, affliction: Affliction) => Promise<void>>>

/** What is wrong with a running topology by intent. Changes are made one after the other. */
export class Afflictions {
  readonly #ground: (region: string | null) => Ground
  readonly #inForce = new Map<string, Affliction>()
  #changed: Promise<void> = Promise.resolve()

  constructor(ground: (region: string | null) => Ground) {
    this.#ground = ground
  }

  get list(): readonly Affliction[] {
    return [...this.#inForce.values()]
  }

  inflict(affliction: Affliction): Promise<void> {
    return this.#next(async () => {
      const ground = this.#ground(affliction.region)
      // In force from here on: what fails half-way has to be taken back as well.
      this.#inForce.set(keyOf(affliction), affliction)
      await remedyFor(affliction).inflict(ground, affliction)
    })
  }

  relieve(affliction: Affliction): Promise<void> {
    return this.#next(async () => {
      const inForce = this.#inForce.get(keyOf(affliction))
      if (!inForce) return
      await remedyFor(inForce).relieve(this.#ground(inForce.region), inForce)
      this.#inForce.delete(keyOf(affliction))
    })
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

function keyOf({ kind, region }: Affliction): string {
  return kind === 'dns' ? kind : `${kind} ${region}`
}
