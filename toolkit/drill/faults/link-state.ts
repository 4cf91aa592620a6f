import type { FaultUndo, Link, LinkState, Place } from '../../local/local-topology.ts'

const SOUND = { cut: false, delay: 0, loss: 0 }

/** Puts back what was true of both directions between two places, in the fields that a fault changes. */
export function restoreLink(
  links: readonly Link[],
  [one, other]: readonly [Place, Place],
  fields: readonly (keyof LinkState)[],
): FaultUndo[] {
  const restore = (from: Place, to: Place): FaultUndo => {
    const before = links.find((link) => link.from === from && link.to === to) ?? SOUND
    const state: LinkState = Object.fromEntries(fields.map((field) => [field, before[field]]))
    return { do: 'link', from, to, state }
  }
  return [restore(one, other), restore(other, one)]
}
