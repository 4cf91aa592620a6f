import { loadTopology } from '../../../topology/index.ts'
import type { CommandContext } from '../../command.ts'
import type { LocalSurroundings, UpFlags } from '../commands.ts'
import type { LocalDescription } from '../local-topology.ts'
import { Supervisor } from '../supervisor/supervisor.ts'
import { upDetached } from './up-detached.ts'

/** Runs until interrupted or stopped by `antipode down`; with `--detach` until everything serves. */
export async function up(
  topologyFile: string | undefined,
  flags: UpFlags,
  context: CommandContext,
  surroundings: LocalSurroundings,
): Promise<void> {
  const topology = topologyFile ? await loadTopology(topologyFile) : undefined
  if (flags.detach) return upDetached(topologyFile, flags, context, surroundings)

  const supervisor = new Supervisor({
    ...{ topology, topologyFile, cwd: context.cwd, programs: surroundings.programs },
    ...{ dataDir: flags.dataDir, adminKey: flags.adminKey, configFile: flags.config },
    ...{ instances: flags.instances, supervise: flags.supervise ?? false, gslbPort: flags.gslbPort },
    ...{ prepare: flags.prepare, engine: flags.engine, image: () => surroundings.image(flags.image, context) },
    issuer: await surroundings.issuer(),
    schema: await surroundings.schema(),
    progress: context.progress,
  })
  const interrupted = (): void => void supervisor.stop()
  context.signal.addEventListener('abort', interrupted)
  if (context.signal.aborted) interrupted()
  const began = performance.now()
  try {
    const description = await supervisor.bringUp()
    supervisor.onEvent((event) => context.result(event))
    context.result(readyLine(description))
    for (const line of describeForPeople(description, performance.now() - began)) context.say(line)
  } catch (error) {
    const wasInterrupted = supervisor.isStopping
    await supervisor.stop()
    await supervisor.closed()
    if (wasInterrupted) context.progress('antipode: interrupted while starting; nothing is left running')
    throw error
  }
  await supervisor.closed()
}

/** The fields that outside programs rely on. */
export function readyLine({ topology, durability, gslb, linkFaults, regions }: LocalDescription): object {
  return {
    event: 'ready',
    ...{ topology, durability, gslb, linkFaults },
    regions: regions.map(({ index: _, address: __, ...region }) => region),
  }
}

export function describeForPeople(description: LocalDescription, milliseconds: number): string[] {
  const { topology, gslb, engine, linkFaults, regions } = description
  const lines = [`${topology} is up after ${(milliseconds / 1000).toFixed(1)} s`]
  for (const region of regions) {
    lines.push(`  ${region.name} (${region.role})  gateway ${region.gateway}  Admin API ${region.admin}`)
    lines.push(region.adminKey === null ? '    the Admin API asks for no key' : `    X-API-KEY: ${region.adminKey}`)
  }
  if (gslb) lines.push(`  GSLB  dig @${gslb.dns.split(':')[0]} -p ${gslb.dns.split(':')[1]} ${gslb.host}`)
  if (engine !== 'local') lines.push(`  faults of links: ${linkFaults}`)
  lines.push('Ctrl-C stops everything.')
  return lines
}
