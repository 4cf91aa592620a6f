import { AntipodeError } from '../../../runtime/model/errors.ts'
import { Api } from './call.ts'
import type { CommentHost } from './sticky-comment.ts'

export interface GitHubPlace {
  /** `https://api.github.com` */
  readonly api: string
  readonly token: string
  /** `owner/name` */
  readonly repository: string
  /** Its number; or of which head it is, where an event of a fork does not say. */
  readonly pullRequest: number | { readonly head: string; readonly commit: string }
  /** As whom the token writes. */
  readonly author: string
}

interface IssueComment {
  readonly id: number
  readonly body?: string
  readonly user: { readonly login: string } | null
}

/** Comments of a pull request at GitHub. */
export async function gitHubComments(place: GitHubPlace): Promise<CommentHost> {
  const api = new Api(place.api, {
    accept: 'application/vnd.github+json',
    authorization: `Bearer ${place.token}`,
    'user-agent': 'antipode-review',
    'x-github-api-version': '2022-11-28',
  })
  const repository = `/repos/${place.repository}`
  const number = await numberOf(api, repository, place.pullRequest)
  return {
    comments: async () => {
      const all = await api.all<IssueComment>(`${repository}/issues/${number}/comments`)
      return all.map(({ id, body = '', user }) => ({ id, body, own: user?.login === place.author }))
    },
    create: async (body) =>
      (await api.call<IssueComment>(`${repository}/issues/${number}/comments`, { method: 'POST', body: { body } })).id,
    update: async (id, body) =>
      void (await api.call(`${repository}/issues/comments/${id}`, { method: 'PATCH', body: { body } })),
    remove: async (id) => void (await api.call(`${repository}/issues/comments/${id}`, { method: 'DELETE' })),
  }
}

/**
 * The number of the open pull request of a head, asked of GitHub: what a fork's pipeline hands on could name another.
 *
 * @throws AntipodeError REVIEW_NOT_POSTED where there is none at that commit any more
 */
async function numberOf(api: Api, repository: string, wanted: GitHubPlace['pullRequest']): Promise<number> {
  if (typeof wanted === 'number') return wanted
  const head = encodeURIComponent(wanted.head)
  const open = await api.all<{ readonly number: number; readonly head: { readonly sha: string } }>(
    `${repository}/pulls?state=open&head=${head}`,
  )
  const found = open.find((it) => it.head.sha === wanted.commit)
  if (found) return found.number
  const reason = `no open pull request of ${wanted.head} is at ${wanted.commit}; a later commit has a review of its own`
  throw new AntipodeError('REVIEW_NOT_POSTED', { host: 'GitHub', reason })
}
