import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { AntipodeError } from '../../../runtime/model/errors.ts'
import { type CommandContext, flag, wholeNumber } from '../../command.ts'
import type { CommentHost } from './sticky-comment.ts'

interface PostFlags {
  readonly comment: string
  readonly pullRequest?: number
  readonly headBranch?: string
  readonly headCommit?: string
  readonly author: string
}

/** `review post`: writes the comment to the pull request, or writes the one that is there anew. */
export function addPostCommand(review: Command, context: CommandContext): void {
  review
    .command('post')
    .summary('write the comment to the pull request')
    .description(
      'Keeps one comment on a pull request of GitHub or GitLab. Where it is and as whom it writes is read from what ' +
        'their pipelines set: GITHUB_REPOSITORY, GITHUB_API_URL and GITHUB_TOKEN; or CI_API_V4_URL, CI_PROJECT_ID, ' +
        'CI_MERGE_REQUEST_IID and GITLAB_TOKEN.',
    )
    .addOption(flag('--comment <file>', 'the comment, as review --output wrote it').default('comment.md'))
    .addOption(
      flag('--pull-request <number>', 'its number').argParser(
        wholeNumber('--pull-request', 1, Number.MAX_SAFE_INTEGER),
      ),
    )
    .addOption(
      flag('--head-branch <owner:branch>', 'whose pull request it is, where no number is known; with --head-commit'),
    )
    .addOption(flag('--head-commit <id>', 'the commit that was reviewed'))
    .addOption(flag('--author <login>', 'as whom the token writes at GitHub').default('github-actions[bot]'))
    .addHelpText('after', '\nExample:\n  antipode review post --comment comment.md --pull-request 42')
    .action(async (flags: PostFlags) => {
      const text = await readFile(resolve(context.cwd, flags.comment), 'utf8').catch((error: Error) => {
        throw usage(`${flags.comment} cannot be read: ${error.message}`)
      })
      const { postSticky } = await import('./sticky-comment.ts')
      const posted = await postSticky(await hostOf(flags, context.env), text)
      context.say(`the comment was ${posted.done === 'unchanged' ? 'there already' : posted.done}`)
      context.result(posted)
    })
}

async function hostOf(flags: PostFlags, env: NodeJS.ProcessEnv): Promise<CommentHost> {
  if (env.GITHUB_REPOSITORY) {
    const { gitHubComments } = await import('./github.ts')
    return gitHubComments({
      api: env.GITHUB_API_URL ?? 'https://api.github.com',
      token: needed(env, 'GITHUB_TOKEN'),
      repository: env.GITHUB_REPOSITORY,
      pullRequest: pullRequestOf(flags),
      author: flags.author,
    })
  }
  if (env.CI_API_V4_URL) {
    const { gitLabComments } = await import('./gitlab.ts')
    const number = flags.pullRequest ?? Number(needed(env, 'CI_MERGE_REQUEST_IID'))
    const project = needed(env, 'CI_PROJECT_ID')
    return gitLabComments({ api: env.CI_API_V4_URL, token: needed(env, 'GITLAB_TOKEN'), project, mergeRequest: number })
  }
  throw usage('this is no pipeline of GitHub or GitLab: neither GITHUB_REPOSITORY nor CI_API_V4_URL is set')
}

function pullRequestOf({ pullRequest, headBranch, headCommit }: PostFlags) {
  if (pullRequest !== undefined) return pullRequest
  if (headBranch && headCommit) return { head: headBranch, commit: headCommit }
  throw usage('which pull request? Add --pull-request, or --head-branch with --head-commit')
}

function needed(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name]
  if (!value) throw usage(`${name} is not set`)
  return value
}

function usage(reason: string): AntipodeError {
  return new AntipodeError('USAGE', { reason })
}
