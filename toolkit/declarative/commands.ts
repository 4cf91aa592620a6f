import { type Command, Option } from 'commander'
import { type CommandContext, flag, wholeNumber } from '../command.ts'
import { adcFlag, type ConnectionFlags, connectionFlags } from './connection/flags.ts'
import type { FindRunning } from './connection/regions.ts'

/** What the command line lends to this room, which may not import the rooms it comes from. */
export interface DeclarativeSurroundings {
  readonly findRunning: FindRunning
}

interface FileFlags {
  readonly file: readonly string[]
  readonly managedByLabel: boolean
}

/** `ping`, `lint`, `validate`, `diff`, `sync`, `dump` and `convert`, with the file format, flags and variables of ADC. */
export function addDeclarativeCommands(
  program: Command,
  context: CommandContext,
  { findRunning }: DeclarativeSurroundings,
): void {
  const connect = async (flags: ConnectionFlags) => {
    const { Session } = await import('./session.ts')
    return Session.open(flags, context, findRunning)
  }
  const readFiles = async ({ file, managedByLabel, labelSelector = {} }: FileFlags & Partial<ConnectionFlags>) => {
    const { readLocalFiles } = await import('./local-files.ts')
    return readLocalFiles(file, { env: context.env, cwd: context.cwd, selector: labelSelector, managedByLabel })
  }

  withFlags(program.command('ping'), connectionFlags())
    .summary('ask control planes for a sign of life')
    .description('Asks every control plane for a sign of life, with the admin key.')
    .addHelpText('after', '\nExample:\n  antipode ping --server http://127.0.0.1:9180,http://127.0.0.2:9180')
    .action(async (flags: ConnectionFlags) => {
      const { ping } = await import('./commands/ping.ts')
      await ping(await connect(flags), context)
    })

  withFlags(program.command('lint'), fileFlags())
    .summary('check declarative files on this machine')
    .description('Checks files in the format of ADC without asking anybody, and names every mistake with its line.')
    .addHelpText('after', "\nExample:\n  antipode lint -f gateway.yaml -f 'services/*.yaml'")
    .action(async (flags: FileFlags) => {
      const { lint } = await import('./commands/lint.ts')
      lint(await readFiles(flags), context)
    })

  withFlags(program.command('validate'), [...fileFlags(), ...connectionFlags()])
    .summary('have control planes check declarative files')
    .description('Has every control plane check the files, plugins included. Nothing is changed.')
    .addHelpText('after', '\nExample:\n  antipode validate -f gateway.yaml')
    .action(async (flags: FileFlags & ConnectionFlags) => {
      const { validate } = await import('./commands/validate.ts')
      await validate(await connect(flags), await readFiles(flags), context)
    })

  withFlags(program.command('diff'), [...fileFlags(), ...connectionFlags()])
    .addOption(flag('-o, --output <file>', 'also write the differences here, as YAML').default('diff.yaml'))
    .summary('show what differs between files and control planes')
    .description('Shows, for every control plane, resource by resource, what `sync` would change.')
    .addHelpText(
      'after',
      '\nExample:\n  antipode diff -f gateway.yaml --server east=http://127.0.0.1:9180,west=http://127.0.0.2:9180',
    )
    .action(async (flags: FileFlags & ConnectionFlags & { readonly output: string }) => {
      const { diff } = await import('./commands/diff.ts')
      await diff(await connect(flags), await readFiles(flags), context, flags.output)
    })

  withFlags(program.command('sync'), [...fileFlags(), ...connectionFlags()])
    .addOption(
      adcFlag('--request-concurrent <number>', 'requests at once to each control plane')
        .default(10)
        .argParser(wholeNumber('--request-concurrent', 1, 1_000)),
    )
    .summary('make control planes equal to files')
    .description(
      'Makes every control plane equal to the files. What is not in them is deleted. The first failure in a region ' +
        'stops that region; nothing is rolled back, and what was done is told.',
    )
    .addHelpText(
      'after',
      '\nExample:\n  antipode sync -f gateway.yaml --server east=http://127.0.0.1:9180,west=http://127.0.0.2:9180',
    )
    .action(async (flags: FileFlags & ConnectionFlags & { readonly requestConcurrent: number }) => {
      const { sync } = await import('./commands/sync.ts')
      await sync(await connect(flags), await readFiles(flags), context, flags.requestConcurrent)
    })

  withFlags(program.command('dump'), connectionFlags())
    .addOption(
      flag('-o, --output <file>', 'where to; with several control planes, one file for each').default('adc.yaml'),
    )
    .addOption(adcFlag('--with-id', 'write every id, also those that the name gives'))
    .summary('write what control planes hold as files')
    .description('Writes what every control plane holds as a file in the format of ADC. Private keys are never in it.')
    .addHelpText('after', '\nExample:\n  antipode dump -o gateway.yaml')
    .action(async (flags: ConnectionFlags & { readonly output: string; readonly withId?: boolean }) => {
      const { dump } = await import('./commands/dump.ts')
      await dump(await connect(flags), context, flags.output, flags.withId === true)
    })

  const convert = program
    .command('convert')
    .summary('make declarative files of other formats')
    .addHelpText('after', '\nExample:\n  antipode convert openapi -f openapi.yaml -o gateway.yaml')
  withFlags(convert.command('openapi'), [fileFlag('an OpenAPI 3 document in YAML or JSON, or a glob; may be repeated')])
    .addOption(flag('-o, --output <file>', 'where to').default('adc.yaml'))
    .summary('make a file of OpenAPI documents')
    .description(
      'Makes a file in the format of ADC: a service for each document, with a route for each operation and its ' +
        "servers as upstream. ADC's extensions (x-adc-name, x-adc-plugins, …) count.",
    )
    .addHelpText('after', '\nExample:\n  antipode convert openapi -f openapi.yaml -o gateway.yaml')
    .action(async (flags: { readonly file: readonly string[]; readonly output: string }) => {
      const { convertOpenApiFiles } = await import('./commands/convert-openapi.ts')
      await convertOpenApiFiles(flags.file, context, flags.output)
    })
}

function fileFlags(): Option[] {
  return [
    fileFlag('a YAML or JSON file, or a glob; may be repeated'),
    flag('--no-managed-by-label', 'do not label resources with managed-by: adc'),
  ]
}

function fileFlag(description: string): Option {
  return new Option('-f, --file <path>', description)
    .env('ANTIPODE_FILE')
    .makeOptionMandatory()
    .argParser((path: string, before: readonly string[] = []) => [...before, path])
}

function withFlags(command: Command, options: readonly Option[]): Command {
  for (const option of options) command.addOption(option)
  return command
}
