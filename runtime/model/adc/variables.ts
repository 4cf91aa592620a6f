/** `\${NAME}` first, so that it is kept; then `${NAME}`. What holds a dot is for the data plane. */
const VARIABLE = /\\(\$\{\w+\})|\$\{(\w+)\}/g

export interface MissingVariable {
  readonly path: readonly (string | number)[]
  readonly name: string
}

/**
 * A copy of a parsed file with `${NAME}` in its strings replaced from the environment, and `\${NAME}` turned into
 * `${NAME}`. Values are replaced, not text, so that no variable can change the file's structure. A variable that is not
 * set is added to `missing`; ADC would quietly put nothing in its place.
 */
export function replaceAdcVariables(
  value: unknown,
  env: Readonly<Record<string, string | undefined>>,
  missing: MissingVariable[],
  path: readonly (string | number)[] = [],
): unknown {
  if (typeof value === 'string') {
    return value.replace(VARIABLE, (whole, escaped: string | undefined, name: string) => {
      if (escaped) return escaped
      const found = env[name]
      if (found === undefined) missing.push({ path, name })
      return found ?? whole
    })
  }
  if (Array.isArray(value)) {
    return value.map((item, index) => replaceAdcVariables(item, env, missing, [...path, index]))
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, replaceAdcVariables(item, env, missing, [...path, key])]),
  )
}
