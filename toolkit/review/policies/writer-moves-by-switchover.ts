import type { Policy } from './policy.ts'

export const policy: Policy = {
  id: 'writer-moves-by-switchover',
  severity: 'approve',
  reason: 'Roles in a topology describe who writes; they do not move the writer.',
  fix: 'Run antipode switchover first, then merge; the stacks must plan no change of a database.',
  check: ({ topologies, earlier }) =>
    topologies.flatMap(({ topology: { name, regions } }) => {
      const before = earlier.find(({ topology }) => topology.name === name)?.topology
      const [from, to] = [before?.regions, regions].map(
        (all) => Object.entries(all ?? {}).find(([, { role }]) => role === 'primary')?.[0],
      )
      if (!from || !to || from === to || !regions[from]) return []
      const message = `the writer is described as ${to} instead of ${from}`
      return [{ message, region: to, topology: name, path: `regions.${to}.role` }]
    }),
  fails: {
    earlier: {},
    topology: {
      regions: {
        'us-east-1': { role: 'standby', dataPlane: { instances: 6 } },
        'us-west-2': { role: 'primary', dataPlane: { instances: 6 }, database: { from: { region: 'us-east-1' } } },
      },
    },
  },
  passes: { earlier: {}, topology: {} },
}
