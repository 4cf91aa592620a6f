import type { Command } from 'commander'
import { AntipodeError } from '../runtime/model/errors.ts'
import type { KeySource } from '../runtime/model/keyring-settings.ts'
import { type CommandContext, flag } from './command.ts'
import { readProcessConfig } from './process-config.ts'

interface Status {
  readonly keys: readonly { readonly id: string; readonly place: string }[]
  readonly dataKeys: readonly {
    readonly id: string
    readonly wrappedBy: string
    readonly createdAt: string
    readonly settledAt: string | null
    readonly values: number
  }[]
  readonly unsealed: number
}

type Of<T> = (database: string, keys: readonly KeySource[], env: NodeJS.ProcessEnv) => Promise<T>

/** How the secrets in a control plane's database are sealed. */
export interface Keyrings {
  readonly readStatus: Of<Status>
  readonly rotate: Of<{ readonly id: string; readonly wrappedBy: string }>
}

const LOOK_EVERY = 500

/** `keyring`: the keys that seal what a control plane keeps in its database. */
export function addKeyringCommands(
  program: Command,
  context: CommandContext,
  { keyrings }: { readonly keyrings: () => Promise<Keyrings> },
): void {
  const keyring = program
    .command('keyring')
    .summary('the keys that seal what a control plane keeps')
    .addHelpText('after', '\nExample:\n  antipode keyring status --config control-plane.yaml')
  const config = (command: Command) => command.addOption(flag('--config <file>', 'config.yaml of a control plane'))

  config(keyring.command('status'))
    .summary('which keys there are, and what they sealed')
    .description(
      'Tells which keys there are, and how many values each has sealed. A standby’s database serves as well.',
    )
    .addHelpText('after', '\nExample:\n  antipode keyring status --config control-plane.yaml')
    .action(async (options: Where) => {
      const { readStatus } = await keyrings()
      const { database, keys } = await settingsOf(options, context)
      const status = await readStatus(database, keys, context.env)
      context.result(status)
      for (const line of linesOf(status)) context.say(line)
    })

  config(keyring.command('rotate'))
    .summary('seal everything with a new key')
    .description(
      'Makes a new data key, wrapped by the first key of antipode.keyring. The control plane that leads seals everything with it in the background, while it works, and then removes earlier data keys.',
    )
    .addOption(flag('--wait', 'return once everything is sealed with it'))
    .addHelpText('after', '\nExample:\n  antipode keyring rotate --config control-plane.yaml --wait')
    .action(async ({ wait = false, ...options }: Where & { wait?: boolean }) => {
      const { rotate, readStatus } = await keyrings()
      const { database, keys } = await settingsOf(options, context)
      const made = await rotate(database, keys, context.env)
      context.progress(`data key ${made.id} seals from now on`)
      while (wait && !isSettled(await readStatus(database, keys, context.env), made.id)) {
        context.signal.throwIfAborted()
        await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY))
      }
      context.result({ ...made, settled: wait })
      context.say(
        wait ? `everything is sealed with data key ${made.id}` : 'antipode keyring status tells how far it is',
      )
    })
}

interface Where {
  readonly config?: string
}

function isSettled({ dataKeys }: Status, id: string): boolean {
  const key = dataKeys.find((each) => each.id === id)
  // Without it a newer one has settled already.
  return key === undefined || key.settledAt !== null
}

async function settingsOf({ config: file }: Where, context: CommandContext) {
  const { controlPlane } = await readProcessConfig(file, context)
  if (!controlPlane.database) throw new AntipodeError('USAGE', { reason: `${file} is of no control plane` })
  return { database: controlPlane.database, keys: controlPlane.keyring }
}

function linesOf({ keys, dataKeys, unsealed }: Status): string[] {
  return [
    ...keys.map(({ id, place }, index) => `key ${id} in ${place}${index === 0 ? ', wraps new data keys' : ''}`),
    ...dataKeys.map(({ id, wrappedBy, values, settledAt }, index) => {
      const state = index < dataKeys.length - 1 ? 'earlier' : settledAt === null ? 'seals, not settled yet' : 'seals'
      return `data key ${id}, wrapped by ${wrappedBy}: ${state}, ${values} values`
    }),
    `${unsealed} values are not sealed`,
  ]
}
