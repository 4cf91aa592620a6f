/** What a drill's report says, as far as a review needs it: `report.json` of `antipode drill`. */
export interface DrillRecord {
  /** Relative to the reports' folder. */
  readonly folder: string
  readonly drill: string
  readonly topologyHash: string
  readonly verdict: string
  readonly sentence: string
  /** ISO 8601. */
  readonly started: string
}

/** What was proved of a topology, or what to run to prove it. */
export interface Proof {
  readonly topology: string
  readonly hash: string
  /** The last drill of each name, of this very topology. */
  readonly drills: readonly DrillRecord[]
  /** Null where a drill has passed. */
  readonly command: string | null
}

/** The last drill of a topology by its hash. */
export function latestDrill(hash: string, drills: readonly DrillRecord[]): DrillRecord | undefined {
  return drills.filter(({ topologyHash }) => topologyHash === hash).sort((a, b) => (a.started < b.started ? 1 : -1))[0]
}

export function proofOf(
  topology: string,
  hash: string,
  drills: readonly DrillRecord[],
  specs: readonly string[],
): Proof {
  const own = drills.filter(({ topologyHash }) => topologyHash === hash)
  const last = [...Map.groupBy(own, ({ drill }) => drill).values()]
    .flatMap((runs) => runs.sort((a, b) => (a.started < b.started ? 1 : -1))[0] ?? [])
    .sort((a, b) => (a.drill < b.drill ? -1 : 1))
  const passed = last.some(({ verdict }) => verdict === 'PASS')
  const commands = specs.length > 0 ? specs.map((spec) => `npx antipode drill ${spec}`).join('\n') : RUNBOOK
  return { topology, hash, drills: last, command: passed ? null : commands }
}

/** The runbook carries a drill for every region that may be lost. */
const RUNBOOK =
  `terraform output -raw runbook | jq '.losses | to_entries | map(.value.drill) | map(select(.)) | .[0]' > drill.json\n` +
  'npx antipode drill drill.json --topology <the file of the topology>'
