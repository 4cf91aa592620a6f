import { setTimeout as sleep } from 'node:timers/promises'
import type { RegionState } from '../../../runtime/model/region-state.ts'
import { formatVersion } from '../../../runtime/model/version.ts'
import type { CommandContext } from '../../command.ts'
import { connectLocal } from '../local-client.ts'
import type { GslbState, LocalDescription, LocalTopology } from '../local-topology.ts'
import { askRegionState } from '../supervisor/region-questions.ts'

export async function status(
  flags: { readonly dataDir?: string; readonly watch?: boolean },
  context: CommandContext,
): Promise<void> {
  const local = connectLocal({ cwd: context.cwd, dataDir: flags.dataDir })
  for (;;) {
    const found = await look(local)
    context.result(forMachines(found))
    if (flags.watch && context.color) context.say('\x1b[H\x1b[2J')
    context.say(forPeople(found))
    if (!flags.watch || context.signal.aborted) return
    await sleep(1000, undefined, { signal: context.signal }).catch(() => undefined)
    if (context.signal.aborted) return
  }
}

interface Found {
  readonly description: LocalDescription
  /** By region; undefined where the control plane does not answer. */
  readonly states: readonly (RegionState | undefined)[]
  readonly gslb: GslbState | null
  /** Of the region with the newest epoch; undefined where regions are lineages of their own. */
  readonly newest: RegionState | undefined
}

async function look(local: LocalTopology): Promise<Found> {
  const description = await local.describe()
  const [gslb, ...states] = await Promise.all([
    description.gslb ? local.gslb() : null,
    ...description.regions.map(({ admin, adminKey }) => askRegionState(admin, adminKey)),
  ])
  const known = states.filter((state) => state !== undefined)
  const newest = known.toSorted((a, b) => b.epoch - a.epoch || b.revision - a.revision)[0]
  const independent = description.regions.length > 1 && description.regions.every(({ role }) => role === 'active')
  return { description, states, gslb, newest: independent ? undefined : newest }
}

/** Everything that the control planes say of themselves, beside what runs where. */
function forMachines({ description, states, gslb, newest }: Found): object {
  const { topology, durability, regions } = description
  return {
    ...{ topology, durability, writer: newest?.writer ?? null, lineage: newest?.lineage ?? null },
    ...{ epoch: newest?.epoch ?? null, revision: newest?.revision ?? null, hash: newest?.hash ?? null },
    gslb: gslb && { ...description.gslb, ...gslb },
    regions: regions.map((region, i) => ({ ...region, state: states[i] ?? null })),
  }
}

function forPeople({ description, states, gslb, newest }: Found): string {
  const head = [description.topology, description.durability]
  if (newest)
    head.push(`writer ${newest.writer ?? 'unknown'}`, `epoch ${newest.epoch}`, `revision ${grouped(newest.revision)}`)
  const columns = ['region', 'role', 'database', 'lag', 'lease', 'instances', 'version', 'GSLB']
  const rows = description.regions.map(({ name }, i) => {
    const state = states[i]
    if (!state) return [name, 'no answer', '–', '–', '–', '–', '–', gslbColumn(gslb, name)]
    const healthy = state.instances.filter((instance) => instance.region === name && instance.status === 'Healthy')
    return [
      ...[name, state.role, databaseColumn(state)],
      state.lag ? `${Math.max(0, state.lag.bytes)} B` : '–',
      state.lease ? `${state.lease.remaining.toFixed(1)} s` : '–',
      `${healthy.length} healthy`,
      formatVersion(state),
      gslbColumn(gslb, name),
    ]
  })
  return [head.join('   '), table([columns, ...rows]), ...unattended(states)].join('\n')
}

/** What standbys would do by themselves, where they may do anything, and which regions are held. */
function unattended(states: Found['states']): string[] {
  return states.flatMap((state) => {
    if (!state) return []
    const { region, role, automatic, hold } = state
    const would = automatic?.ready ? 'would take over by itself' : 'would not take over by itself'
    return [
      ...(automatic && role === 'standby' ? [`${region} ${would}: ${automatic.reason}`] : []),
      ...(hold ? [`${region} is held since ${hold.since}`] : []),
    ]
  })
}

function databaseColumn({ database, role }: RegionState): string {
  if (!database.reachable) return 'unreachable'
  if (!database.inRecovery) return role === 'active' || role === 'solo' ? 'writing' : 'writable'
  return database.streaming ? 'streaming, confirms' : 'not streaming'
}

function gslbColumn(gslb: GslbState | null, region: string): string {
  if (!gslb) return '–'
  if (gslb.answers.some((answer) => answer.region === region)) return 'answered'
  return gslb.healthChecks.find((check) => check.region === region)?.healthy === false ? 'unhealthy' : 'held back'
}

/** Digits in groups of three. */
function grouped(value: number): string {
  return String(value).replaceAll(/\B(?=(\d{3})+$)/g, ' ')
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
