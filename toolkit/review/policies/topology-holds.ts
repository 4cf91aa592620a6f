import { GLOBAL } from '../snapshot.ts'
import type { Policy } from './policy.ts'

export const policy: Policy = {
  id: 'topology-holds',
  severity: 'refuse',
  reason:
    'A topology that contradicts itself is refused when it is synthesised; a plan of one that was synthesised otherwise is no better.',
  fix: 'Change what the message says.',
  check: ({ topologies }) =>
    topologies.flatMap(({ topology: { name }, problems }) =>
      problems.map(({ path, text }) => ({ message: text.replaceAll('\n', ' '), region: GLOBAL, topology: name, path })),
    ),
  fails: { topology: { regions: { 'us-west-2': { network: '10.10.128.0/20' } } } },
  passes: { topology: {} },
}
