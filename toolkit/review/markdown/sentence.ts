/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[], word = 'and'): string {
  if (items.length < 2) return items[0] ?? ''
  return `${items.slice(0, -1).join(', ')} ${word} ${items.at(-1)}`
}

/** `1 database`, `2 databases`. */
export function counted(count: number, noun: string): string {
  const digits = `${count}`.replaceAll(/\B(?=(?:\d{3})+$)/g, ' ')
  return `${digits} ${count === 1 ? noun : plural(noun)}`
}

/** Of a few nouns that resources are called by; what follows `of` or `for` stays as it is. */
function plural(noun: string): string {
  const [, head = noun, tail = ''] = /^(.+?)( (?:of|for|in|between|with|to) .+)$/.exec(noun) ?? []
  if (/(?:s|x|ch|sh)$/.test(head)) return `${head}es${tail}`
  if (/[^aeiou]y$/.test(head)) return `${head.slice(0, -1)}ies${tail}`
  return `${head}s${tail}`
}
