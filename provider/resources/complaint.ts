import type { Path } from '../framework/problem.ts'
import type { Attributes } from '../framework/schema.ts'

/** Which attribute a control plane complains about; undefined where it is about several. */
export function pathOfComplaint(complaint: string, attributes: Attributes): Path | undefined {
  if (/unknown plugin \[|of plugin \S+ err:/.test(complaint) && attributes.plugins) return ['plugins']
  const [, property = ''] = /property "([^"]+)"/.exec(complaint) ?? []
  const named = [property, `${property}_wo`].find((name) => attributes[name])
  if (named) return [named]
  const mentioned = Object.keys(attributes).filter((name) =>
    new RegExp(`(^|[^a-z_])${name}([^a-z_]|$)`).test(complaint),
  )
  return mentioned.length === 1 && mentioned[0] !== 'id' ? [mentioned[0]!] : undefined
}
