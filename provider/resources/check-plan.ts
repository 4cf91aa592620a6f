import type { GatewayClient } from '../admin-api/gateway-client.ts'
import { type Problem, Refused } from '../framework/problem.ts'
import { type Attributes, isNested } from '../framework/schema.ts'
import { Dynamic, isNull, isObject, isWhollyKnown, type Value, type ValueObject } from '../framework/values.ts'
import { toBody } from '../schema/attribute-json.ts'
import { pathOfComplaint } from './complaint.ts'
import { bodyOf, type ConfigurationKind, leavesSecretsAlone } from './configuration-resource.ts'
import { checkReferences } from './references.ts'
import { masked } from './secrets.ts'
import { alreadyThere, plannedTwice } from './taken-id.ts'

interface Planned {
  readonly client: GatewayClient
  readonly kind: ConfigurationKind
  readonly fields: Attributes
  readonly prior: ValueObject | null
  /** The control plane has taken it as it is. */
  readonly isUnchanged: boolean
  /** Unknown where it is made when it is applied. */
  readonly id: Value
  readonly config: ValueObject
  readonly signal: AbortSignal
}

/** Stands for what is not known yet where only an id can stand. */
const SOME_ID = 'known-after-apply'

/**
 * Finds out now what would fail when the plan is applied: asks the control plane whether it would take the resource, looks
 * for what it refers to, and whether its place is taken.
 *
 * @throws Refused with everything that is wrong
 */
export async function checkPlan({
  client,
  kind,
  fields,
  prior,
  isUnchanged,
  id,
  config,
  signal,
}: Planned): Promise<void> {
  const { collection, noun, references = [] } = kind
  const problems: Problem[] = []
  if (typeof id === 'string') {
    const isNew = !prior && !client.planned.isKnown(collection, id)
    const isTwice = isNew && client.planned.outcome(collection, id) === 'kept'
    client.planned.keep(collection, id, config)
    if (isTwice) problems.push(plannedTwice(noun, id))
    else if (isNew && (await client.find(collection, id, signal))) problems.push(alreadyThere(noun, id))
  }
  problems.push(...(await checkReferences(client, references, config, signal)))
  const isJudged = !isUnchanged && !(prior && leavesSecretsAlone(kind, config))
  const paths = references.map(({ path }) => path.join('.'))
  const judged = isJudged ? judgeable(fields, config, paths) : undefined
  if (judged) {
    const body = bodyOf(kind, toBody(fields, judged), typeof id === 'string' ? id : SOME_ID)
    const complaints = await client.validate(collection, [body], signal)
    for (const complaint of complaints.values()) {
      const path = pathOfComplaint(complaint, fields)
      problems.push({
        severity: 'error',
        summary: `The control plane would refuse this ${noun}`,
        detail: `${complaint}.`,
        ...(path && { path }),
      })
    }
  }
  if (problems.length > 0) throw new Refused(masked(problems, fields, config))
}

/**
 * A configuration with ids in the place of references that are not known yet, and without the plugins that are not;
 * undefined where something else is not known, so that nobody can judge it.
 */
function judgeable(
  attributes: Attributes,
  config: ValueObject,
  references: readonly string[],
): ValueObject | undefined {
  const known = withIds(attributes, config, new Set(references), '')
  const judged = { ...known, ...(known.plugins instanceof Dynamic && { plugins: knownPlugins(known.plugins) }) }
  return isWhollyKnown(judged) ? judged : undefined
}

function knownPlugins({ type, value }: Dynamic): Dynamic {
  if (!isObject(value)) return new Dynamic(type, value)
  return new Dynamic(type, Object.fromEntries(Object.entries(value).filter(([, plugin]) => isWhollyKnown(plugin))))
}

function withIds(
  attributes: Attributes,
  config: ValueObject,
  references: ReadonlySet<string>,
  prefix: string,
): ValueObject {
  const fields = Object.entries(config).map(([name, value]) => {
    const path = `${prefix}${name}`
    const attribute = attributes[name]
    if (references.has(path) && !isNull(value) && !isWhollyKnown(value)) return [name, SOME_ID] as const
    if (attribute && isNested(attribute) && isObject(value)) {
      return [name, withIds(attribute.attributes, value, references, `${path}.`)] as const
    }
    return [name, value] as const
  })
  return Object.fromEntries(fields)
}
