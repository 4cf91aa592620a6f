const VARIABLE = /\$\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*(?::=\s*(.*?))?\s*\}\}/g

/**
 * A copy of a parsed file with `${{VAR}}` and `${{VAR:=default}}` in its strings replaced. They are replaced in values,
 * not in the text, so that no variable can change the file's structure. As in APISIX, a value that becomes a number or
 * a truth value counts as one. A variable that is neither set nor has a default is added to `problems`.
 */
export function replaceVariables(
  value: unknown,
  env: Readonly<Record<string, string | undefined>>,
  problems: string[],
  path = '',
): unknown {
  const below = (key: string) => (path === '' ? key : `${path}.${key}`)
  if (Array.isArray(value)) return value.map((item, index) => replaceVariables(item, env, problems, below(`${index}`)))
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, replaceVariables(item, env, problems, below(key))]),
    )
  }
  if (typeof value !== 'string' || !value.includes('${{')) return value
  const replaced = value.replace(VARIABLE, (whole, name: string, otherwise: string | undefined) => {
    const found = env[name] ?? otherwise
    if (found === undefined) problems.push(`${path} needs the variable ${name}, which is not set and has no default`)
    return found ?? whole
  })
  return typed(replaced)
}

function typed(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true'
  return /^-?(0|[1-9][0-9]*)(\.[0-9]+)?$/.test(text) && Number.isSafeInteger(Math.trunc(Number(text)))
    ? Number(text)
    : text
}
