import type { CommandContext } from '../../command.ts'
import { examineMachine } from '../examine-machine.ts'

/** Says whether this machine can do what the other commands need; exit code 1 when nothing would run. */
export async function doctor(context: CommandContext): Promise<void> {
  const findings = await examineMachine()
  context.result({ ok: findings.every(({ ok }) => ok), findings })
  for (const { ok, what, finding } of findings) context.say(`${ok ? '✔' : '✘'} ${what.padEnd(20)} ${finding}`)
  if (findings.some(({ ok, fatal }) => fatal && !ok)) process.exitCode = 1
}
