import type { Command } from 'commander'
import { AntipodeError } from '../runtime/model/errors.ts'
import { type CommandContext, flag } from './command.ts'
import { readProcessConfig } from './process-config.ts'

/** What a backup says of itself. */
interface Described {
  readonly at: string
  readonly lineage: string
  readonly epoch: number
  readonly revision: number
  readonly writer: string
  readonly rows: number
}

/** How a control plane's database is dumped and filled. */
export interface DatabaseBackups {
  backUp(database: string, file: string): Promise<Described>
  restore(options: { database: string; file: string; region?: string; replace: boolean }): Promise<Described>
}

interface Where {
  readonly config?: string
  readonly database?: string
}

/** `backup` and `restore`: all that a control plane keeps in its database, into a file and out of it. */
export function addBackupCommands(
  program: Command,
  context: CommandContext,
  { databases }: { readonly databases: () => Promise<DatabaseBackups> },
): void {
  const where = (command: Command) =>
    command
      .addOption(flag('--config <file>', 'config.yaml of a control plane, which names its database'))
      .addOption(flag('--database <url>', 'the database itself, as postgres://…'))

  where(program.command('backup'))
    .summary('write what a control plane keeps into a file')
    .description(
      'Writes all that a control plane keeps in its database into a file, as of one moment, while it works. Secrets in it are as they are in the database; only its owner may read the file.',
    )
    .requiredOption('--to <file>', 'the file to write; one that is there is replaced')
    .addHelpText('after', '\nExample:\n  antipode backup --config control-plane.yaml --to monday.backup')
    .action(async ({ to, ...options }: Where & { to: string }) => {
      const { backUp } = await databases()
      const described = await backUp(await databaseOf(options, context), to)
      context.result({ file: to, ...described })
      context.say(`${to} holds ${describe(described)}`)
    })

  where(program.command('restore'))
    .summary('put a backup into a database')
    .description(
      'Puts a backup into a database, all or nothing, while no control plane works with it. The control plane that starts with it next begins a new epoch. A database that holds a configuration already is left alone.',
    )
    .requiredOption('--from <file>', 'the backup')
    .addOption(flag('--region <name>', 'the region that writes from now on (default: the one that wrote the backup)'))
    .addOption(flag('--replace', 'remove the configuration that the database holds'))
    .addHelpText('after', '\nExample:\n  antipode restore --config control-plane.yaml --from monday.backup')
    .action(async ({ from, region, replace = false, ...options }: Where & Restore) => {
      const { restore } = await databases()
      const database = await databaseOf(options, context)
      const described = await restore({ database, file: from, replace, ...(region !== undefined && { region }) })
      context.result({ file: from, ...described })
      context.say(`restored ${describe(described)}`)
    })
}

interface Restore {
  readonly from: string
  readonly region?: string
  readonly replace?: boolean
}

async function databaseOf({ config: file, database }: Where, context: CommandContext): Promise<string> {
  if (database) return database
  if (!file) throw new AntipodeError('USAGE', { reason: 'name a control plane with --config, or a --database' })
  const { controlPlane } = await readProcessConfig(file, context)
  if (!controlPlane.database) throw new AntipodeError('USAGE', { reason: `${file} is of no control plane` })
  return controlPlane.database
}

function describe({ rows, writer, epoch, revision, at }: Described): string {
  return `${rows} rows of ${writer} at (${epoch},${revision}), as of ${at}`
}
