import { SEVERITY } from '../wire/plugin-protocol.ts'

/** Something that a rule found in a resource; Terraform adds where the resource stands. */
export interface Finding {
  /** `warning`: it can be applied, and the reader should know what comes of it. */
  readonly severity: keyof typeof SEVERITY
  readonly summary: string
  /** Why, and what to change. */
  readonly detail: string
  /** Where it is known that AWS or its provider does so. */
  readonly source: string
  readonly path?: readonly (string | number)[]
}

/** A finding as the plugin protocol sends it. */
export function diagnosticOf({ severity, summary, detail, source, path }: Finding): Record<string, unknown> {
  return {
    severity: SEVERITY[severity],
    summary,
    detail: `${detail}\n\nSource: ${source}`,
    ...(path && { attribute: attributePath(path) }),
  }
}

export function attributePath(path: readonly (string | number)[]): { steps: object[] } {
  return { steps: path.map((step) => (typeof step === 'number' ? { index: step } : { attribute: step })) }
}
