import type { VariableScope } from './variable-expression.ts'

/** Text with its variables filled in. `captures` are those of a regular expression, for `$1`, `$2`, … */
export type Template = (scope: VariableScope, captures?: readonly (string | undefined)[] | null) => string

/** Digits end where a letter begins, so that `$1_$2` is two captures; `\$` stays as it is. */
const VARIABLE = /(?<!\\)\$(?:\{(\w+)\}|(\d+|\w+))/g

/** Compiles a text that may hold `$name`, `${name}` and `$1`. What is not there becomes empty, as in APISIX. */
export function compileTemplate(text: string | number): Template {
  const source = String(text)
  if (!source.includes('$')) return () => source
  return (scope, captures) =>
    source.replace(VARIABLE, (_, braced?: string, plain?: string) => {
      const name = braced ?? plain ?? ''
      if (captures && /^\d+$/.test(name)) return captures[Number(name)] ?? ''
      const value = scope.variable(name)
      return value === undefined || value === null ? '' : String(value)
    })
}
