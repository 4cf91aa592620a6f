import { type Static, Type } from 'typebox'

/**
 * API7's permission policies: statements that allow or deny actions on resources, by patterns.
 *
 * A pattern is plain text in which `<.*>` stands for any characters, `/` included. API7 lets any regular expression
 * stand between `<` and `>`; here `.*` alone may, which its own examples keep to and which cannot be made slow.
 */
const PATTERN = Type.String({ minLength: 1, maxLength: 512, pattern: '^([^<>]|<\\.\\*>)+$' })

const LabelCondition = Type.Object(
  {
    type: Type.Enum(['MatchLabel']),
    options: Type.Object(
      {
        key: Type.String({ minLength: 1, maxLength: 256 }),
        operator: Type.Enum(['exact_match']),
        value: Type.String({ maxLength: 256 }),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
)

export const Statement = Type.Object(
  {
    resources: Type.Array(PATTERN, { minItems: 1, maxItems: 64 }),
    actions: Type.Array(PATTERN, { minItems: 1, maxItems: 64 }),
    effect: Type.Enum(['allow', 'deny']),
    /**
     * All of them must hold: `gateway_group_label` of the gateway group's labels, any other, `service_label` in API7, of
     * the resource's.
     */
    conditions: Type.Optional(Type.Object({}, { additionalProperties: LabelCondition, maxProperties: 16 })),
  },
  { additionalProperties: false },
)

export interface Statement {
  readonly resources: readonly string[]
  readonly actions: readonly string[]
  readonly effect: 'allow' | 'deny'
  readonly conditions?: Readonly<Record<string, Static<typeof LabelCondition>>>
}

/** The condition that looks at a gateway group. */
const GROUP_LABEL = 'gateway_group_label'

export const Statements = Type.Array(Statement, { minItems: 1, maxItems: 64 })

/** One thing that somebody wants to do. */
export interface Access {
  /** As `gateway:CreateConsumer`. */
  readonly action: string
  /** As `arn:api7:gateway:gatewaygroup/default/consumer/jack`; what any of them is matched by counts. */
  readonly resources: readonly string[]
  /** Of the resource, or of the service it belongs to. */
  readonly labels?: Readonly<Record<string, unknown>>
  /** Of its gateway group. */
  readonly groupLabels?: Readonly<Record<string, unknown>>
}

/**
 * Whether statements allow an access: one allows it, and none denies it. What nothing is said about is not allowed.
 */
export function isAllowed(statements: readonly Statement[], access: Access): boolean {
  let allowed = false
  for (const statement of statements) {
    if (!applies(statement, access)) continue
    if (statement.effect === 'deny') return false
    allowed = true
  }
  return allowed
}

function applies({ actions, resources, conditions = {} }: Statement, access: Access): boolean {
  return (
    actions.some((pattern) => matchesPattern(pattern, access.action)) &&
    resources.some((pattern) => access.resources.some((resource) => matchesPattern(pattern, resource))) &&
    Object.entries(conditions).every(
      ([
        name,
        {
          options: { key, value },
        },
      ]) => {
        const { labels = {}, groupLabels = labels } = access
        if (name === GROUP_LABEL) return Object.hasOwn(groupLabels, key) && groupLabels[key] === value
        return Object.hasOwn(labels, key) && labels[key] === value
      },
    )
  )
}

/** Whether all of a text is matched: each part between wildcards is looked for once, so that no pattern is slow. */
export function matchesPattern(pattern: string, text: string): boolean {
  const [first = '', ...parts] = pattern.split('<.*>')
  const last = parts.pop()
  if (last === undefined) return text === first
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false
  let at = first.length
  const end = text.length - last.length
  for (const part of parts) {
    const found = text.indexOf(part, at)
    if (found < 0 || found + part.length > end) return false
    at = found + part.length
  }
  return true
}
