import type { Command } from 'commander'
import { AntipodeError } from '../runtime/model/errors.ts'
import type { RuntimeConfig } from '../runtime/model/runtime-config.ts'
import { type CommandContext, flag } from './command.ts'
import { readProcessConfig } from './process-config.ts'

const PATIENCE_MILLISECONDS = 5_000
/** An address that means every address of the machine, and the one of them to call. */
const OWN_ADDRESS: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '[::1]' }

/** `health`: whether the process beside it answers; for health checks of containers, which have no curl. */
export function addHealthCommand(program: Command, context: CommandContext): void {
  program
    .command('health')
    .summary('ask the process of a config.yaml whether it lives')
    .description(
      'Exits 0 while the control plane or data plane that runs with the same configuration on this machine answers. It asks whether the process lives, not whether it is ready: starting it again would not bring its control plane or database back.',
    )
    .addOption(flag('--config <file>', 'its config.yaml'))
    .addHelpText('after', '\nExample:\n  antipode health --config /etc/antipode/config.yaml')
    .action(async ({ config: file }: { config?: string }) => {
      const url = probeOf(await readProcessConfig(file, context))
      const status = await ask(url)
      context.result({ healthy: true, url, status })
      context.say(`${url} answers`)
    })
}

function probeOf({ role, dataPlane, controlPlane }: RuntimeConfig): string {
  const [{ ip, port }, path] =
    role === 'data_plane' ? [dataPlane.status, '/status'] : [controlPlane.admin.listen, '/antipode/region']
  return `http://${OWN_ADDRESS[ip] ?? ip}:${port}${path}`
}

/** Any answer is a sign of life: the Admin API refuses who shows no key. */
async function ask(url: string): Promise<number> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MILLISECONDS), redirect: 'manual' })
    await answer.body?.cancel()
    return answer.status
  } catch (cause) {
    const { cause: below, message } = cause as Error
    const reason = below instanceof Error ? below.message : message
    throw new AntipodeError('UNHEALTHY', { url, reason }, { cause })
  }
}
