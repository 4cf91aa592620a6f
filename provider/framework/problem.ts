import { SEVERITY, type WireDiagnostic } from './wire/plugin-protocol.ts'

export type Path = readonly (string | number)[]

/** Something that is wrong or that should be known, as Terraform shows it. */
export interface Problem {
  readonly severity: 'error' | 'warning'
  /** One line. */
  readonly summary: string
  /** Why, and what to change. */
  readonly detail: string
  /** The attribute that it is about. @default the resource as a whole */
  readonly path?: Path
}

/** Ends a call with problems. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    super(problems.map(({ summary, detail }) => `${summary}: ${detail}`).join('\n'))
    this.problems = problems
  }
}

export function refused(summary: string, detail: string, path?: Path): Refused {
  return new Refused([{ severity: 'error', summary, detail, ...(path && { path }) }])
}

/**
 * Terraform drops a diagnostic whose path leads into an attribute with attributes of its own, so that it is given the top
 * one, and the text says where in it.
 */
export function toWireDiagnostic({ severity, summary, detail, path = [] }: Problem): WireDiagnostic {
  const [top] = path
  const inside = path.length > 1 ? `At ${pathText(path)}: ` : ''
  return {
    severity: SEVERITY[severity],
    summary,
    detail: `${inside}${detail}`,
    ...(typeof top === 'string' && { attribute: { steps: [{ attribute_name: top }] } }),
  }
}

export function pathText(path: Path): string {
  return path.map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index > 0 ? '.' : ''}${step}`)).join('')
}
