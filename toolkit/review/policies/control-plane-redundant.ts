import type { Policy } from './policy.ts'

export const policy: Policy = {
  id: 'control-plane-redundant',
  severity: 'approve',
  reason: 'A region with one control plane cannot be configured while that one restarts.',
  fix: 'Run two or more.',
  check: ({ topologies }) =>
    topologies.flatMap(({ topology: { name, regions } }) =>
      Object.entries(regions)
        .filter(([, { role, controlPlane }]) => role !== 'edge' && controlPlane.instances < 2)
        .map(([region, { controlPlane }]) => ({
          message: `it runs ${controlPlane.instances}`,
          region,
          topology: name,
          path: `regions.${region}.controlPlane.instances`,
        })),
    ),
  fails: { topology: { regions: { 'us-east-1': { controlPlane: { instances: 1 } } } } },
  passes: { topology: {} },
}
