import { AntipodeError } from '../../../runtime/model/errors.ts'
import type { Topology } from '../../../topology/index.ts'

/**
 * Says at once what of a topology is not run on this machine, before anything starts. What is left unsaid runs, or has
 * no meaning here, as networks and keys have none.
 *
 * @throws AntipodeError USAGE
 */
export function refuseUnrunnable({ name, regions, sites }: Topology): void {
  const found: string[] = []
  const add = (names: readonly string[], what: string) => {
    if (names.length > 0) found.push(`${what} (${names.join(', ')})`)
  }
  const described = Object.entries(regions)
  add(
    described.flatMap(([region, { role }]) => (role === 'edge' ? [region] : [])),
    'edges',
  )
  add([...new Set(described.flatMap(([, { clusters }]) => Object.keys(clusters)))], 'clusters')
  add(
    Object.entries(sites).flatMap(([site, { dataPlane }]) => (dataPlane ? [site] : [])),
    'data planes of sites',
  )
  if (found.length === 0) return
  const reason = `topology ${name} has what is not run on this machine: ${found.join(', ')}; take it out for \`up\``
  throw new AntipodeError('USAGE', { reason })
}
