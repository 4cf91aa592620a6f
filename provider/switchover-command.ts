import { type Refused, refused } from './framework/problem.ts'

/** What `antipode switchover --json` prints, as far as it matters here. */
interface Outline {
  readonly plan: { readonly steps: readonly string[]; readonly expected: string }
}

/**
 * The command that moves the right to write. A control plane cannot be asked to: one database is stopped and another
 * promoted, which is for whoever runs them.
 *
 * It is called with `--to <region> --json` and prints what it would do, and with `--yes` besides does it. Whatever it
 * says on stderr as it fails is why, such as what would be lost.
 */
export class SwitchoverCommand {
  readonly #command: readonly string[]
  readonly #plans = new Map<string, Promise<string>>()
  #turn: Promise<unknown> = Promise.resolve()

  /** @param command a program and its first arguments */
  constructor(command: readonly string[]) {
    this.#command = command
  }

  /** What it would do. @throws Refused */
  plan(to: string): Promise<string> {
    const planned = this.#plans.get(to) ?? this.#outline(to)
    this.#plans.set(to, planned)
    return planned
  }

  /**
   * Moves the right to write, unless that is done when its turn comes: each of the regions that change their roles asks
   * for it. A stop of Terraform's does not interrupt it, since writes are frozen meanwhile.
   *
   * @throws Refused
   */
  moveTo(to: string, isDone: () => Promise<boolean>): Promise<void> {
    const turn = this.#turn.then(async () => {
      if (!(await isDone())) await this.#run(to, '--yes')
    })
    this.#turn = turn.catch(() => undefined)
    return turn
  }

  async #outline(to: string): Promise<string> {
    const said = await this.#run(to)
    try {
      const { plan } = JSON.parse(said) as Outline
      return `It would ${plan.steps.join(', ')}. Expected: ${plan.expected}.`
    } catch {
      throw failed(to, `${this.#command[0]} printed ${JSON.stringify(said)}, which is no plan of a switchover.`)
    }
  }

  async #run(to: string, ...flags: readonly string[]): Promise<string> {
    const [{ execFile }, { promisify }] = await Promise.all([import('node:child_process'), import('node:util')])
    const [program = '', ...args] = this.#command
    try {
      return (await promisify(execFile)(program, [...args, '--to', to, '--json', ...flags])).stdout
    } catch (error) {
      const { code, stderr = '', message } = error as Error & { code?: number | string; stderr?: string }
      // An exit code is a number; a program that cannot be started has a name for it, such as ENOENT.
      const how = typeof code === 'number' ? `ended with exit code ${code}` : `could not be run (${code ?? message})`
      throw failed(to, `${program} ${how}. ${stderr.trim()}`.trim())
    }
  }
}

function failed(to: string, detail: string): Refused {
  return refused(`The right to write cannot be moved to ${to}`, detail, ['role'])
}
