import { refused } from '../problem.ts'
import type { Provider, Resource } from '../provider.ts'
import { type Attributes, isNested } from '../schema.ts'
import { checkApplyAnswer, checkPlanAnswer, type Violation } from './core-rules.ts'

/**
 * The same provider, with each plan and each applied state held against Core's rules: whatever is broken is an error of the
 * call, so that a test that uses it fails. Terraform finds most of this too, in words for nobody in particular.
 */
export function watchedProvider<Client>(provider: Provider<Client>): Provider<Client> {
  const broken = Object.entries(provider.resources).flatMap(([type, { schema }]) =>
    checkSchema(type, schema.attributes),
  )
  if (broken.length > 0) throw new Error(`schemas that Terraform refuses:\n${broken.join('\n')}`)
  const resources = Object.entries(provider.resources).map(
    ([type, resource]) => [type, watched(type, resource)] as const,
  )
  return { ...provider, resources: Object.fromEntries(resources) }
}

function watched<Client>(type: string, resource: Resource<Client>): Resource<Client> {
  const { attributes } = resource.schema
  return {
    ...resource,
    async plan(client, change, context) {
      const planned = (await resource.plan?.(client, change, context)) ?? change.planned
      demandNone(`the plan of ${type}`, checkPlanAnswer(attributes, { ...change, planned }))
      return planned
    },
    async apply(client, change, context) {
      const state = await resource.apply(client, change, context)
      demandNone(`what was applied of ${type}`, checkApplyAnswer(attributes, change.planned, state))
      return state
    },
  }
}

function demandNone(what: string, violations: readonly Violation[]): void {
  if (violations.length === 0) return
  const lines = violations.map(({ path, rule }) => `${path}: ${rule}`)
  throw refused(`Core would refuse ${what}`, lines.join('\n'))
}

/** What Terraform says of a whole provider when a schema of it is wrong. */
function checkSchema(at: string, attributes: Attributes): string[] {
  return Object.entries(attributes).flatMap(([name, attribute]) => {
    const path = `${at}.${name}`
    const problems: string[] = []
    if (!/^[a-z_][a-z0-9_]*$/.test(name)) problems.push(`${path}: a name is lower case letters, digits and underscores`)
    if (attribute.default !== undefined && attribute.presence !== 'optional-computed') {
      problems.push(`${path}: what has a default is optional and computed`)
    }
    if (attribute.writeOnly && attribute.presence !== 'optional' && attribute.presence !== 'required') {
      problems.push(`${path}: what is write-only is not computed`)
    }
    return isNested(attribute) ? [...problems, ...checkSchema(path, attribute.attributes)] : problems
  })
}
