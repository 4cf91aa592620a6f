import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { AntipodeError } from '../../runtime/model/errors.ts'
import { type CommandContext, flag } from '../command.ts'
import type { ReviewParts, ReviewRequest } from './gather.ts'
import { addPostCommand } from './post/commands.ts'

interface ReviewFlags {
  readonly base?: string
  readonly head?: string
  readonly plan?: readonly string[]
  readonly offline?: boolean
  readonly rules?: string
  readonly controlPlanes?: string
  readonly token?: string
  readonly reports: string
  readonly today?: string
  readonly link?: string
  readonly output?: string
  readonly twin?: string
  readonly sarif?: string
  readonly watch?: boolean
}

/** `review`: what a pull request does to a topology, as one comment. */
export function addReviewCommand(program: Command, context: CommandContext, parts: ReviewParts): void {
  const command = program
    .command('review')
    .summary('review a change of a topology as one comment')
    .description(
      'Says what a change breaks, what it does to the promised recovery, and what to run to prove it. Exit 0: fine; 2: ' +
        'somebody has to approve it; 3: refused.',
    )
    .argument('[topology]', "the topology's file, where cdktf.json names no app that knows it")
    .addOption(
      flag('--base <ref or folder>', 'what it is compared with: a git ref, or a folder with synthesised stacks'),
    )
    .addOption(flag('--head <ref or folder>', 'what is reviewed').default(undefined, 'the working tree'))
    .addOption(flag('--plan <file...>', 'plans of it, each as terraform show -json prints it'))
    .addOption(flag('--offline', 'plan with the real Terraform, without account or network'))
    .addOption(flag('--rules <folder>', 'where policies and waivers are read from').default(undefined, 'the base'))
    .addOption(flag('--control-planes <region=url,…>', 'ask these Admin APIs how their configurations differ'))
    .addOption(flag('--token <key>', 'their admin key; one for all, or one each, separated by commas'))
    .addOption(flag('--reports <folder>', 'where reports of drills are').default('drills/reports'))
    .addOption(
      flag('--today <day>', 'the day on which waivers are held against, as 2026-11-21').default(undefined, 'today'),
    )
    .addOption(flag('--link <url>', 'where the whole plan can be read'))
    .addOption(flag('--output <file>', 'also write the comment there'))
    .addOption(flag('--twin <file>', 'also write what --json prints there'))
    .addOption(flag('--sarif <file>', 'also write the policies there, for code scanning'))
    .addOption(flag('--watch', 'review again whenever a file is saved, in the terminal'))
    .addHelpText(
      'after',
      '\nExample:\n  antipode review --base main\n  antipode review --base main --head HEAD --plan plans/*.json',
    )
    .action(async (topology: string | undefined, flags: ReviewFlags) => {
      const request = requestOf(topology, flags, context)
      if (flags.watch) {
        const { watch } = await import('./watch/watch.ts')
        return watch(request, parts, context)
      }
      const [{ gather }, { review }, { reportReview }] = await Promise.all([
        import('./gather.ts'),
        import('./review.ts'),
        import('./report.ts'),
      ])
      const files = { output: flags.output, twin: flags.twin, sarif: flags.sarif }
      const { texts, result, exit } = reportReview(review(await gather(request, parts)))
      for (const [name, file] of Object.entries(files)) {
        if (file !== undefined) await writeFile(resolve(context.cwd, file), texts[name as keyof typeof files])
      }
      context.say(texts.output.trimEnd())
      context.result(result)
      process.exitCode = exit
    })
  addCollectCommand(command, context, parts)
  addPostCommand(command, context)
}

/** `review collect`: the half of a review that needs no rights, and runs the code under review. */
function addCollectCommand(review: Command, context: CommandContext, { program }: ReviewParts): void {
  review
    .command('collect')
    .summary('synthesise the working tree, for a review elsewhere')
    .description(
      'Writes the stacks of the working tree to a folder, or why there are none, so that a review with rights reads ' +
        'data and runs no code of a fork.',
    )
    .argument('<folder>', 'where to')
    .argument('[topology]', "the topology's file, where cdktf.json names no app that knows it")
    .addOption(flag('--label <name>', 'what the comment calls it').default(undefined, 'the commit'))
    .addHelpText('after', '\nExample:\n  antipode review collect review-input --label my-branch')
    .action(async (output: string, topology: string | undefined, { label }: { label?: string }) => {
      const { collect } = await import('./collect.ts')
      const { cwd, signal } = context
      const topologyFile = topology ?? null
      const folder = resolve(cwd, output)
      const { stacks, said } = await collect({
        cwd,
        output: folder,
        label: label ?? null,
        topologyFile,
        program,
        signal,
      })
      context.say(
        stacks === null ? `it does not synthesise, and ${output} says why:\n${said}` : `${stacks} stacks in ${output}`,
      )
      context.result({ output: folder, stacks })
    })
}

function requestOf(topology: string | undefined, flags: ReviewFlags, context: CommandContext): ReviewRequest {
  const { base, head, plan = [], offline = false, rules, controlPlanes, token, reports, link, today } = flags
  if (base === undefined && plan.length === 0) {
    throw new AntipodeError('USAGE', {
      reason: 'nothing to compare with; add --base <ref or folder>, or --plan <file>',
    })
  }
  if (offline && plan.length > 0) {
    throw new AntipodeError('USAGE', { reason: '--offline makes plans of its own; leave --plan out' })
  }
  if (today !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(today)) {
    throw new AntipodeError('USAGE', { reason: `--today is a day like 2026-11-21, not '${today}'` })
  }
  return {
    cwd: context.cwd,
    env: context.env,
    signal: context.signal,
    base: base ?? null,
    head: head ?? null,
    plans: plan,
    topologyFile: topology ?? null,
    offline,
    rules: rules ?? null,
    controlPlanes: controlPlanes ?? null,
    token,
    reports,
    today: today ?? new Date().toISOString().slice(0, 10),
    link: link ?? null,
  }
}
