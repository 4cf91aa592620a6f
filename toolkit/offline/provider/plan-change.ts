import { type AttributePlace, mapAttributes } from '../schema/block-values.ts'
import type { Block } from '../schema/schema.ts'
import { isObject, UNKNOWN, type Value, type ValueObject } from '../wire/value.ts'
import { inventValue } from './invent-value.ts'

/** How the provider was configured by the Terraform that asks. */
export interface ProviderSettings {
  readonly region: string
  readonly defaultTags: Value
}

/**
 * What a resource will be: what is written, what the vendor already filled in, and unknown where it will. Write-only arguments
 * are left out, as Terraform wants it.
 */
export function planChange(
  block: Block,
  proposed: ValueObject,
  config: ValueObject,
  settings: ProviderSettings,
): ValueObject {
  const planned: Record<string, Value> = {
    ...mapAttributes(block, proposed, config, (place) => {
      if (place.attribute.writeOnly) return null
      // Whatever the state holds: what is no longer written becomes the default again.
      if (place.other === null && place.attribute.default !== undefined) return place.attribute.default
      return place.value === null && place.other === null && isFilledIn(place) ? UNKNOWN : place.value
    }),
  }
  if (block.attributes.region?.computed && (config.region ?? null) === null) planned.region = settings.region
  if (block.attributes.tags_all) planned.tags_all = allTags(config, settings)
  return planned
}

/** Unset arguments within sets stay unset: filled in, Terraform could not tell which element is which. */
function isFilledIn({ attribute, inSet }: AttributePlace): boolean {
  return attribute.computed === true && !(inSet && attribute.optional)
}

function allTags({ tags = null, tags_all: written = null }: ValueObject, { defaultTags }: ProviderSettings): Value {
  if (written !== null) return written
  if (tags === UNKNOWN || defaultTags === UNKNOWN) return UNKNOWN
  return { ...(isObject(defaultTags) ? defaultTags : {}), ...(isObject(tags) ? tags : {}) }
}

/** A planned resource or a data source with everything unknown or unset that AWS fills in made up. */
export function fillIn(type: string, block: Block, value: ValueObject, region: string, seed: string): ValueObject {
  let filled = value
  // Identity comes first: what else is made up may be named after it.
  for (const wanted of [/^(name|identifier)$/, /^id$/, /./]) {
    filled = mapAttributes(block, filled, null, (place) => {
      const { name, attribute, value: held, path } = place
      if (attribute.writeOnly) return null
      const open = held === UNKNOWN || (held === null && isFilledIn(place))
      if (!open || !wanted.test(name)) return held
      const top = path.length === 1
      const own = { known: top ? filled : {}, seed: top ? seed : `${seed}/${path.join('.')}` }
      return inventValue({ type, name, attributeType: attribute.type, region, ...own })
    })
  }
  return filled
}
