import { stringify } from 'yaml'
import type { Example } from './policies/example.ts'
import { POLICIES } from './policies/index.ts'
import type { Policy, Severity } from './policies/policy.ts'

const SEVERITIES: Readonly<Record<Severity, string>> = {
  refuse: 'Refuses: the review ends with 3.',
  approve: 'Asks for an approval: the review ends with 2.',
  note: 'Is noted, and stops nothing.',
}

const GENERATED = '<!-- Generated from toolkit/review/policies by `node toolkit/documentation/main.ts`. -->'

/** A page per policy and the index of them, below `docs/policies/`. */
export function policyPages(): { readonly path: string; readonly text: string }[] {
  const pages = POLICIES.map((policy) => ({ path: `docs/policies/${policy.id}.md`, text: pageOf(policy) }))
  return [...pages, { path: 'docs/policies/README.md', text: indexOf(POLICIES) }]
}

function indexOf(policies: readonly Policy[]): string {
  const rows = policies.map(({ id, severity, reason }) => `| [${id}](${id}.md) | ${severity} | ${reason} |`)
  return `# Policies

${GENERATED}

What [a review](../review.md) asks of every change. How to add your own, and how to let one be broken for a while:
[Policies and waivers](../review.md#policies-and-waivers).

| policy | severity | why |
|---|---|---|
${rows.join('\n')}
`
}

function pageOf({ id, severity, reason, fix, fails, passes }: Policy): string {
  return `# ${id}

${GENERATED}

${reason}

${SEVERITIES[severity]}

**What to do:** ${fix}

## Fails

${exampleText(fails)}

## Passes

${exampleText(passes)}
`
}

/** Examples are written over the example topology, or are resources by region, type and name. */
function exampleText(example: Example): string {
  return `\`\`\`yaml\n${stringify(Object.keys(example).length === 0 ? { topology: {} } : example, { lineWidth: 110 })}\`\`\``
}
