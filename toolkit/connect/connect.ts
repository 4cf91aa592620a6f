import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { AntipodeError } from '../../runtime/model/errors.ts'
import type { CommandContext } from '../command.ts'
import type { ConnectFlags } from './commands.ts'
import type { ConnectionFile } from './connection.ts'
import { dataPlaneFolder } from './data-plane-folder.ts'
import { orderConnection } from './order-connection.ts'
import { PLATFORMS, type PlatformName } from './platforms/index.ts'

/** Issues what a new data plane needs, writes it to a folder and says what to type. */
export async function connect(name: PlatformName, flags: ConnectFlags, context: CommandContext): Promise<void> {
  const folder = resolve(context.cwd, flags.out)
  // Before anything is issued: what cannot be written must not exist anywhere.
  await mkdir(join(folder, 'state'), { recursive: true, mode: 0o700 })
  const { server, adminKey, with: form, group, region, account, days } = flags
  const connection = await orderConnection({ server, adminKey, form, group, region, account, days }, context.signal)
  const { files, commands } = dataPlaneFolder(connection, PLATFORMS[name], {
    ...{ name: flags.name, folder, image: flags.image },
    controlPlanes: flags.controlPlane?.split(',').map((address) => address.trim().replace(/\/+$/, '')) ?? [],
  })
  for (const file of files) await write(folder, file)
  const { credential, expires } = connection
  context.result({ folder, files: files.map((file) => file.name), commands, credential, expires })
  context.progress(`Wrote ${files.map((file) => file.name).join(', ')} to ${folder}.`)
  context.progress(`It is good until ${expires} and for any number of replicas. Revoke it as ${credential}.`)
  context.say(commands.join('\n'))
}

async function write(folder: string, { name, content }: ConnectionFile): Promise<void> {
  const path = join(folder, name)
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await writeFile(path, content, { mode: 0o600 })
    // One that was there keeps its mode.
    await chmod(path, 0o600)
  } catch (cause) {
    throw new AntipodeError('USAGE', { reason: `${path} cannot be written: ${(cause as Error).message}` }, { cause })
  }
}
