type JsonObject = Record<string, unknown>

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * The value with a patch merged in: objects merge, everything else (arrays too) is replaced whole, `null` deletes.
 * Neither argument is changed.
 */
export function mergePatch(value: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch
  const merged = new Map(isObject(value) ? Object.entries(value) : [])
  for (const [key, item] of Object.entries(patch)) {
    if (item === null) merged.delete(key)
    else merged.set(key, mergePatch(merged.get(key), item))
  }
  return Object.fromEntries(merged)
}

/**
 * The value with what stands at a path set; `null` deletes it. Objects missing on the way are created.
 *
 * @returns the new value, or the part of the path where there is something that is not an object
 */
export function setAtPath(
  value: unknown,
  path: readonly string[],
  item: unknown,
): { readonly value: unknown } | { readonly invalidPath: string } {
  const [step, ...rest] = path
  if (step === undefined) return { value: item }
  if (!isObject(value)) return { invalidPath: '' }
  const entries = new Map(Object.entries(value))
  if (rest.length === 0 && item === null) {
    entries.delete(step)
    return { value: Object.fromEntries(entries) }
  }
  const inner = setAtPath(entries.get(step) ?? (rest.length > 0 ? {} : undefined), rest, item)
  if ('invalidPath' in inner) return { invalidPath: `/${step}${inner.invalidPath}` }
  entries.set(step, inner.value)
  return { value: Object.fromEntries(entries) }
}
