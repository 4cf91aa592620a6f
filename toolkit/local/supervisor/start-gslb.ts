import { join } from 'node:path'
import { LocalGslb, type RegionPlace } from '../gslb/local-gslb.ts'
import { synthesiseZone } from '../gslb/synthesise-zone.ts'
import type { GslbState } from '../local-topology.ts'
import type { Foundation, UpOptions } from './foundation.ts'
import { interruptedStart } from './start-regions.ts'

/** The GSLB of a topology, answering but not checking yet; undefined where there is no topology. */
export async function startGslb(
  { plan, workspace, processes }: Foundation,
  { topologyFile, programs, progress }: UpOptions,
  onChange: (state: GslbState) => void,
): Promise<LocalGslb | undefined> {
  if (!plan.gslb || !topologyFile) return undefined
  const { host, listener } = plan.gslb
  const zone = await synthesiseZone({
    ...{ topology: plan.name, topologyFile, host, synthProgram: programs.synth, processes },
    ...{ directory: workspace.private('cdktf.out'), log: join(workspace.private('logs'), 'synthesis.log') },
  })
  if (processes.closed) throw interruptedStart()
  const places = plan.regions.map(({ name, address, status }): [string, RegionPlace] => [
    name,
    { address, status: { host: status.ip, port: status.port } },
  ])
  // Synthesis sorts by name; who says nothing of itself is sent to the region that was declared first.
  const declared = plan.regions.map(({ name }) => name)
  const records = zone.records.toSorted((a, b) => declared.indexOf(a.region) - declared.indexOf(b.region))
  const gslb = new LocalGslb({ zone: { ...zone, records }, places: new Map(places), onChange })
  await gslb.listen(listener.ip, listener.port)
  progress(`GSLB answers for ${host} on ${listener.ip}:${listener.port}`)
  return gslb
}
