import type { Policy } from './policy.ts'

export const policy: Policy = {
  id: 'provider-is-bounded',
  severity: 'approve',
  reason: 'Another version of the provider replaces other things than the one that was reviewed.',
  fix: 'Write a version of required_providers that names a major and a least minor, such as ~> 6.25.',
  check: ({ stacks }) =>
    stacks.flatMap(({ name, region, document }) => {
      const required = (document.terraform?.required_providers ?? {}) as Readonly<
        Record<string, { readonly version?: unknown }>
      >
      return Object.entries(required)
        .filter(([, { version }]) => typeof version !== 'string' || /^\s*>=?[^,]*$/.test(version))
        .map(([provider, { version }]) => ({
          message: `${provider} may be ${version ?? 'any version'}`,
          region,
          stack: name,
        }))
    }),
  fails: {
    resources: { 'us-east-1': {} },
    stack: { terraform: { required_providers: { aws: { source: 'hashicorp/aws' } } } },
  },
  passes: {
    resources: { 'us-east-1': {} },
    stack: { terraform: { required_providers: { aws: { version: '~> 6.25' } } } },
  },
}
