import type { AdcResource, AdcType } from './resources.ts'

const LABELLED: ReadonlySet<AdcType> = new Set([
  'service',
  'route',
  'stream_route',
  'ssl',
  'consumer',
  'consumer_group',
])

/** The label that ADC puts on what it synchronises, so that people see where it came from. */
export const MANAGED_BY_ADC = { 'managed-by': 'adc' } as const

/** Kinds whose labels select them; what is nested in one of them goes with it. */
const SELECTED: ReadonlySet<AdcType> = new Set(['service', 'ssl', 'consumer', 'consumer_group'])

export type Labels = Readonly<Record<string, string>>

/**
 * Labels every resource that can be selected by labels.
 * @param otherwise labels that a resource's own ones of that name go before
 * @param selector labels that every resource gets, so that the selector finds it again
 */
export function withLabels(resources: readonly AdcResource[], otherwise: Labels, selector: Labels = {}): AdcResource[] {
  if (Object.keys(otherwise).length + Object.keys(selector).length === 0) return [...resources]
  return resources.map((resource) => {
    if (!LABELLED.has(resource.type)) return resource
    const labels = { ...otherwise, ...(resource.value.labels as Labels | undefined), ...selector }
    return { ...resource, value: { ...resource.value, labels } }
  })
}

/**
 * The resources that a label selector means: those with all of its labels, and what is nested in them. Global rules and
 * plugin metadata have no labels; only the ones that `named` holds are kept.
 */
export function selectByLabels(
  resources: readonly AdcResource[],
  selector: Labels,
  named: ReadonlySet<string>,
): AdcResource[] {
  const wanted = Object.entries(selector)
  if (wanted.length === 0) return [...resources]
  const chosen = new Set<string>()
  for (const { type, id, value } of resources) {
    if (!SELECTED.has(type)) continue
    const labels = value.labels as Labels | undefined
    if (wanted.every(([key, text]) => labels?.[key] === text)) chosen.add(`${type} ${id}`)
  }
  return resources.filter(({ type, id, parentId }) => {
    if (SELECTED.has(type)) return chosen.has(`${type} ${id}`)
    if (type === 'global_rule' || type === 'plugin_metadata') return named.has(`${type} ${id}`)
    return chosen.has(`${type === 'consumer_credential' ? 'consumer' : 'service'} ${parentId}`)
  })
}
