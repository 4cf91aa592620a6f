import { Argument, type Command } from 'commander'
import type { CommandContext } from './command.ts'

const SHELLS = ['bash', 'zsh', 'fish'] as const
type Shell = (typeof SHELLS)[number]

interface Completed {
  readonly name: string
  readonly summary: string
  readonly flags: readonly string[]
}

/** `completion`: a script that makes a shell complete commands and flags. */
export function addCompletionCommand(program: Command, context: CommandContext): void {
  program
    .command('completion')
    .summary('print a completion script for a shell')
    .description('Prints a script that makes a shell complete the commands and flags of antipode.')
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .addHelpText('after', '\nExample:\n  source <(antipode completion bash)')
    .action((shell: Shell) => {
      const commands = program.commands.map((command) => ({
        name: command.name(),
        summary: command.summary(),
        flags: [...command.options, ...program.options].flatMap(({ long }) => (long ? [long] : [])),
      }))
      const script = SCRIPTS[shell](commands)
      context.result({ shell, script })
      context.say(script)
    })
}

const SCRIPTS: Readonly<Record<Shell, (commands: readonly Completed[]) => string>> = {
  bash: (commands) => `_antipode() {
  local current="\${COMP_WORDS[COMP_CWORD]}"
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(' ')}" -- "$current"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${commands.map(({ name, flags }) => `    ${name}) COMPREPLY=($(compgen -f -W "${flags.join(' ')}" -- "$current")) ;;`).join('\n')}
  esac
}
complete -o filenames -F _antipode antipode`,

  zsh: (commands) => `#compdef antipode
_antipode() {
  local -a commands
  commands=(
${commands.map(({ name, summary }) => `    ${quote(`${name}:${summary}`)}`).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  case "$words[2]" in
${commands.map(({ name, flags }) => `    ${name}) _arguments ${flags.map(quote).join(' ')} '*:file:_files' ;;`).join('\n')}
  esac
}
compdef _antipode antipode`,

  fish: (commands) =>
    commands
      .flatMap(({ name, summary, flags }) => [
        `complete -c antipode -n __fish_use_subcommand -a ${name} -d ${quote(summary)}`,
        ...flags.map((flag) => `complete -c antipode -n '__fish_seen_subcommand_from ${name}' -l ${flag.slice(2)}`),
      ])
      .join('\n'),
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
