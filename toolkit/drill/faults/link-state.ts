import type { Link } from '../../local/local-topology.ts'

/** The state of the link between two regions, whichever way it is listed. */
export function linkBetween(links: readonly Link[], one: string, other: string): Link | undefined {
  return links.find(({ from, to }) => (from === one && to === other) || (from === other && to === one))
}
