type Values = Readonly<Record<string, string | number>>

/** Carried out in this order: added, removed, set. */
export interface HeaderChanges {
  readonly add?: Values
  readonly remove?: readonly string[]
  readonly set?: Values
}

const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const VALUE = /^[^\x00-\x08\x0a-\x1f\x7f]*$/

/** `headers` in its long form, or in the short one, which only sets. */
export function readHeaderChanges(headers: object): HeaderChanges {
  const changes = headers as HeaderChanges
  const isLong = typeof changes.add === 'object' || typeof changes.set === 'object' || Array.isArray(changes.remove)
  return isLong ? changes : { set: headers as Values }
}

/** @returns what could never stand in a request, in the words of APISIX, or undefined */
export function checkHeaderChanges({ add = {}, remove = [], set = {} }: HeaderChanges): string | undefined {
  const names = [...Object.keys(add), ...remove, ...Object.keys(set)]
  if (!names.every((name) => NAME.test(name))) return 'invalid field character in header'
  const values = [...Object.values(add), ...Object.values(set)]
  return values.every((value) => VALUE.test(String(value))) ? undefined : 'invalid value character in header'
}
