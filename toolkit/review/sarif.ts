import { type Judged, placeOf } from './policies/evaluate.ts'
import type { Policy, Severity } from './policies/policy.ts'
import { lineOf } from './read/topology-lines.ts'
import type { Review } from './review.ts'

const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  refuse: 'error',
  approve: 'warning',
  note: 'note',
}

/** Violations of policies in SARIF 2.1.0, as code scanning of GitHub and GitLab reads it. */
export function sarifOf({ judged, input }: Review, version: string): object {
  const results = judged.map((it) => resultOf(it, input))
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'antipode review', version, rules: input.policies.map(ruleOf) } },
        results,
      },
    ],
  }
}

function ruleOf({ id, reason, fix, severity }: Policy): object {
  return {
    id,
    shortDescription: { text: reason },
    help: { text: fix },
    defaultConfiguration: { level: LEVELS[severity] },
  }
}

function resultOf({ policy, violation, state, waiver }: Judged, { source }: Review['input']): object {
  const line = violation.path !== undefined && source ? lineOf(source, violation.path) : undefined
  const place = placeOf(violation)
  return {
    ruleId: policy.id,
    level: LEVELS[policy.severity],
    message: { text: `${violation.region} ${place}: ${violation.message}` },
    locations: [
      {
        logicalLocations: [{ fullyQualifiedName: place }],
        ...(source && {
          physicalLocation: { artifactLocation: { uri: source.file }, region: { startLine: line ?? 1 } },
        }),
      },
    ],
    partialFingerprints: { place: `${policy.id}/${place}` },
    baselineState: state === 'existing' ? 'unchanged' : 'new',
    ...(waiver && {
      suppressions: [
        { kind: 'external', justification: `${waiver.reason} (${waiver.owner}, until ${waiver.expires})` },
      ],
    }),
  }
}
