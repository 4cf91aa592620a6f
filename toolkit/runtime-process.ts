import type { Command } from 'commander'
import { AntipodeError } from '../runtime/model/errors.ts'
import type { RuntimeConfig } from '../runtime/model/runtime-config.ts'
import { type CommandContext, flag } from './command.ts'
import { readProcessConfig } from './process-config.ts'

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
    .description(
      `Runs one ${kind} process until it is told to stop. Logs are JSON lines on stderr. Where only variables can be given, ANTIPODE_CONFIG_YAML holds the content of config.yaml.`,
    )
    .addOption(flag('--config <file>', 'its config.yaml'))
    .addHelpText('after', `\nExample:\n  antipode ${kind} --config /etc/antipode/config.yaml`)
    .action(async ({ config: file }: { config?: string }) => {
      const config = await readProcessConfig(file, context)
      const role = kind.replace('-', '_')
      if (config.role !== role) {
        const problems = `deployment.role is ${config.role}, not ${role}`
        throw new AntipodeError('CONFIG_INVALID', { file: file ?? 'ANTIPODE_CONFIG_YAML', problems })
      }
      const start = await load()
      const running = await start(config)
      await new Promise<void>((resolve) => {
        if (context.signal.aborted) resolve()
        else context.signal.addEventListener('abort', () => resolve())
      })
      await running.stop()
    })
}
