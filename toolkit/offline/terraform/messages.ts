/** Something Terraform says about a stack. */
export interface StackFinding {
  readonly severity: 'error' | 'warning'
  readonly summary: string
  readonly detail: string
  /** Such as `aws_db_instance.database_instance_1A2B3C4D`; absent where it is about no resource. */
  readonly address?: string
}

/** What Terraform would do, counted. */
export interface PlannedChanges {
  readonly add: number
  readonly change: number
  readonly destroy: number
  /** Addresses of what would be destroyed and made again. */
  readonly replaced: readonly string[]
}

interface Line {
  readonly type?: string
  readonly diagnostic?: { severity: 'error' | 'warning'; summary: string; detail?: string; address?: string }
  readonly change?: { action: string; resource: { addr: string } }
  readonly changes?: { add: number; change: number; remove: number; operation: string }
}

/** Reads what `terraform … -json` printed, line by line. */
export function readMessages(stdout: string): { findings: StackFinding[]; changes: PlannedChanges } {
  const lines = stdout.split('\n').flatMap((line) => parse(line))
  const findings = lines.flatMap(({ diagnostic }) => {
    if (!diagnostic) return []
    const { severity, summary, detail = '', address } = diagnostic
    return [{ severity, summary, detail, ...(address && { address }) }]
  })
  const counted = lines.find(({ changes }) => changes?.operation === 'plan')?.changes
  const replaced = lines
    .filter(({ type, change }) => type === 'planned_change' && change?.action === 'replace')
    .map(({ change }) => change?.resource.addr ?? '')
  return {
    findings,
    changes: { add: counted?.add ?? 0, change: counted?.change ?? 0, destroy: counted?.remove ?? 0, replaced },
  }
}

function parse(line: string): Line[] {
  // Terraform prints notes for people, in between, before it has read its flags.
  return line.startsWith('{') ? [JSON.parse(line) as Line] : []
}
