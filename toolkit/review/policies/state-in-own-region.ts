import type { Policy } from './policy.ts'

export const policy: Policy = {
  id: 'state-in-own-region',
  severity: 'approve',
  reason: 'A region whose state is kept elsewhere cannot be planned while that place is gone.',
  fix: 'Keep the state of each stack in a bucket of its own region.',
  check: ({ stacks }) =>
    stacks.flatMap(({ name, region, home, document }) => {
      const backend = (document.terraform?.backend ?? {}) as Readonly<Record<string, { readonly region?: unknown }>>
      const kept = backend.s3?.region
      if (typeof kept !== 'string' || kept === home) return []
      return [{ message: `its state is kept in ${kept}, but it is applied in ${home}`, region, stack: name }]
    }),
  fails: { resources: { 'us-west-2': {} }, stack: { terraform: { backend: { s3: { region: 'us-east-1' } } } } },
  passes: { resources: { 'us-west-2': {} }, stack: { terraform: { backend: { s3: { region: 'us-west-2' } } } } },
}
