import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { AntipodeError } from '../runtime/model/errors.ts'
import { loadRuntimeConfig, type RuntimeConfig } from '../runtime/model/runtime-config.ts'
import { type CommandContext, flag } from './command.ts'

type Start = (config: RuntimeConfig) => Promise<{ stop(): Promise<void> }>

/** `control-plane` and `data-plane`: one process of the runtime, as the container image starts it. */
export function addRuntimeCommand(
  program: Command,
  context: CommandContext,
  kind: 'control-plane' | 'data-plane',
  load: () => Promise<Start>,
): void {
  program
    .command(kind)
    .summary(`run one ${kind} process`)
    .description(`Runs one ${kind} process until it is told to stop. Logs are JSON lines on stderr.`)
    .addOption(flag('--config <file>', 'its config.yaml').makeOptionMandatory())
    .addHelpText('after', `\nExample:\n  antipode ${kind} --config /etc/antipode/config.yaml`)
    .action(async ({ config: file }: { config: string }) => {
      const config = await readConfig(file, kind, context)
      const start = await load()
      const running = await start(config)
      await new Promise<void>((resolve) => {
        if (context.signal.aborted) resolve()
        else context.signal.addEventListener('abort', () => resolve())
      })
      await running.stop()
    })
}

async function readConfig(file: string, kind: string, context: CommandContext): Promise<RuntimeConfig> {
  const text = await readFile(file, 'utf8').catch((cause: Error) => {
    throw new AntipodeError('CONFIG_INVALID', { file, problems: cause.message }, { cause })
  })
  const { config, warnings } = loadRuntimeConfig(text, file, context.env)
  for (const warning of warnings) context.progress(warning)
  const role = kind.replace('-', '_')
  if (config.role !== role) {
    throw new AntipodeError('CONFIG_INVALID', { file, problems: `deployment.role is ${config.role}, not ${role}` })
  }
  return config
}
