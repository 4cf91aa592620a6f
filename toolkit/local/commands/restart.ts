import type { CommandContext } from '../../command.ts'
import { connectLocal } from '../local-client.ts'
import type { Part } from '../local-topology.ts'

export async function restart(
  flags: { readonly region: string; readonly process: Part; readonly dataDir?: string },
  context: CommandContext,
): Promise<void> {
  const local = connectLocal({ cwd: context.cwd, dataDir: flags.dataDir })
  await local.start(flags.region, [flags.process])
  const { regions } = await local.describe()
  const { processes } = regions.find(({ name }) => name === flags.region)!
  context.result({ region: flags.region, process: flags.process, processes })
  context.say(`${flags.process} of ${flags.region} serves`)
}
