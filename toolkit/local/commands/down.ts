import type { CommandContext } from '../../command.ts'
import { connectLocal } from '../local-client.ts'

export async function down(dataDir: string | undefined, context: CommandContext): Promise<void> {
  const local = connectLocal({ cwd: context.cwd, dataDir })
  const { topology } = await local.describe()
  await local.stop()
  context.result({ stopped: topology })
  context.say(`${topology} is down`)
}
