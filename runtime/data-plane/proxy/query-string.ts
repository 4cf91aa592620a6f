/** The first argument of this name, decoded; empty when it has no value. */
export function findArgument(query: string, name: string): string | undefined {
  for (const part of query.split('&')) {
    const equals = part.indexOf('=')
    if (decode(equals < 0 ? part : part.slice(0, equals)) !== name) continue
    return equals < 0 ? '' : decode(part.slice(equals + 1))
  }
  return undefined
}

/** The query without any argument of this name; the rest stays as written. */
export function withoutArgument(query: string, name: string): string {
  return query
    .split('&')
    .filter((part) => decode(part.split('=', 1)[0]!) !== name)
    .join('&')
}

function decode(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text
  const spaced = text.replaceAll('+', ' ')
  try {
    return decodeURIComponent(spaced)
  } catch {
    return spaced
  }
}
