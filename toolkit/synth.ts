import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { AntipodeError } from '../runtime/model/errors.ts'
import { loadTopology } from '../topology/index.ts'
import { type CommandContext, flag } from './command.ts'
import { readStackDocuments, synthesise } from './synthesise.ts'

/** The check of written stacks, which belongs to a room of its own. */
export interface StackCheck {
  readonly check: (
    directory: string,
    options: { env: NodeJS.ProcessEnv; signal: AbortSignal },
  ) => Promise<{ readonly result: object; readonly text: string; readonly failure?: AntipodeError }>
}

export interface SynthParts {
  /** The program that synthesises. */
  readonly program: string
  /** Loaded when stacks are to be checked. */
  readonly check: () => Promise<StackCheck>
}

/** `synth`: the stacks of a topology, or of every example. In a process of its own, since CDKTF keeps global state. */
export function addSynthCommand(program: Command, context: CommandContext, parts: SynthParts): void {
  program
    .command('synth')
    .summary("write a topology's Terraform stacks")
    .description('Writes the Terraform stacks of a topology, or of every example, without Terraform or network.')
    .argument('[topology]', 'a .ts, .js, .yaml or .json file')
    .addOption(flag('--output <directory>', 'where to').default('cdktf.out'))
    .addOption(flag('--check', 'plan and apply them with the real Terraform, without AWS, credentials or network'))
    .addHelpText('after', '\nExample:\n  antipode synth stacks/examples/active-passive.ts --check')
    .action(async (topology: string | undefined, { output, check }: { output: string; check?: boolean }) => {
      // A contradiction is reported here with its path, before anything is written.
      if (topology) await loadTopology(topology)
      const directory = resolve(context.cwd, output)
      const { env, signal } = context
      const topologyFile = topology && resolve(context.cwd, topology)
      const where = { ...(topologyFile && { topologyFile }), directory }
      const warnings = await synthesise({ program: parts.program, ...where, env, signal })
      if (warnings) context.progress(warnings)
      const stacks = [...(await readStackDocuments(directory)).keys()]
      const checked = check ? await (await parts.check()).check(directory, { env, signal }) : undefined
      const written = `${stacks.length} stacks in ${directory}`
      context.say(
        checked ? `${written}\n${checked.text}` : [written, ...stacks.map((stack) => `  ${stack}`)].join('\n'),
      )
      if (checked?.failure) throw checked.failure
      context.result({ output: directory, stacks, ...(checked && { check: checked.result }) })
    })
}
