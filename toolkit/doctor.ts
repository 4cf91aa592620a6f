import type { Command } from 'commander'
import type { CommandContext } from './command.ts'

/** `doctor`: whether this machine can do what the other commands need. */
export function addDoctorCommand(program: Command, context: CommandContext): void {
  program
    .command('doctor')
    .summary('check what this machine can run')
    .description('Checks Node.js, the embedded PostgreSQL, loopback addresses and the ports that `up` takes.')
    .addHelpText('after', '\nExample:\n  antipode doctor')
    .action(async () => {
      const { examineMachine } = await import('./local/examine-machine.ts')
      const findings = await examineMachine()
      context.result({ ok: findings.every(({ ok }) => ok), findings })
      for (const { ok, what, finding } of findings) context.say(`${ok ? '✔' : '✘'} ${what.padEnd(20)} ${finding}`)
      if (findings.some(({ ok, fatal }) => fatal && !ok)) process.exitCode = 1
    })
}
