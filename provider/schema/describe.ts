import type { JsonSchema } from './json-schema.ts'

/** What a field is, and what it may hold, in a sentence or two of Markdown. */
export function describe(name: string, schema: JsonSchema): string {
  const { description = name.replaceAll('_', ' ') } = schema
  const sentences = [sentence(description), ...limitsOf(schema)]
  if (schema.default !== undefined) sentences.push(`Default: \`${JSON.stringify(schema.default)}\`.`)
  return sentences.join(' ')
}

function limitsOf(schema: JsonSchema): string[] {
  const { enum: words, minimum, maximum, exclusiveMinimum, minLength, maxLength, items } = schema
  if (words) return [`One of ${words.map((word) => `\`${word}\``).join(', ')}.`]
  if (items?.enum) return [`Each one of ${items.enum.map((word) => `\`${word}\``).join(', ')}.`]
  if (exclusiveMinimum !== undefined) return [`Above ${exclusiveMinimum}.`]
  if (minimum !== undefined && maximum !== undefined) return [`From ${minimum} to ${maximum}.`]
  if (minimum !== undefined) return [`At least ${minimum}.`]
  // One character at least goes without saying.
  if (maxLength !== undefined) {
    return [(minLength ?? 0) > 1 ? `${minLength} to ${maxLength} characters.` : `At most ${maxLength} characters.`]
  }
  return []
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`
}
