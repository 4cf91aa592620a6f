import { compileExpression } from './variable-expression.ts'

/** Says, in APISIX's words, why a `vars` or `filter` cannot be understood. Undefined for one that can, or for none. */
export function checkExpression(expression: unknown): string | undefined {
  if (expression === undefined) return undefined
  try {
    compileExpression(expression)
    return undefined
  } catch (error) {
    return `failed to validate the 'vars' expression: ${(error as Error).message}`
  }
}
