import type { Problem } from '../problem.ts'
import { type Check, readRegions } from './check.ts'

/**
 * Active-passive has one primary and one standby, which alone confirms; in active-active every region writes. Either may
 * have edges, which write nothing.
 */
export const roles: Check = (topology) => {
  const { mode } = topology
  if (mode === undefined || topology.regions === undefined) return []
  const regions = readRegions(topology)
  if (Object.keys(topology.regions).length === 0) {
    return [{ path: 'regions', text: 'none is declared; declare two' }]
  }
  const fitting = mode === 'active-passive' ? ['primary', 'standby', 'edge'] : ['active', 'edge']
  const problems: Problem[] = regions.flatMap(([name, { role }]) => {
    if (role === undefined || fitting.includes(role)) return []
    const change = `write ${fitting.map((item) => `'${item}'`).join(' or ')}, or change the mode`
    return [{ path: `regions.${name}.role`, text: `'${role}' does not exist in ${mode}; ${change}` }]
  })
  const unread = Object.values(topology.regions).some((region) => region?.role === undefined)
  if (problems.length > 0 || unread) return problems

  const named = (wanted: string) => regions.filter(([, { role }]) => role === wanted).map(([name]) => name)
  if (named('edge').length === regions.length) {
    return [{ path: 'regions', text: `none has control planes for the edges to follow; make one '${fitting[0]}'` }]
  }
  if (mode === 'active-active') return []
  const [primaries, standbys] = [named('primary'), named('standby')]
  const problem = (name: string | undefined, text: string) => ({ path: `regions.${name}.role`, text })
  if (primaries.length === 0) {
    return [problem(standbys[0], "'standby' has no primary to follow; make one region 'primary'")]
  }
  for (const name of primaries.slice(1)) {
    const change = standbys.length === 0 ? 'make one of them the standby' : 'remove one of them'
    problems.push(problem(name, `'primary' is taken by ${primaries[0]}, and one region writes; ${change}`))
  }
  for (const name of standbys.slice(1)) {
    problems.push(problem(name, `'standby' is taken by ${standbys[0]}, and one region confirms; make it an edge`))
  }
  if (primaries.length === 1 && standbys.length === 0) {
    problems.push({ path: 'regions', text: `no region stands by for ${primaries[0]}; declare one with role 'standby'` })
  }
  return problems
}
