import { Api } from './call.ts'
import type { CommentHost } from './sticky-comment.ts'

export interface GitLabPlace {
  /** `https://gitlab.example/api/v4` */
  readonly api: string
  readonly token: string
  /** Its id, or its path. */
  readonly project: string
  readonly mergeRequest: number
}

interface Note {
  readonly id: number
  readonly body: string
  readonly system: boolean
  readonly author: { readonly id: number }
}

/** Notes of a merge request at GitLab. */
export async function gitLabComments({ api: base, token, project, mergeRequest }: GitLabPlace): Promise<CommentHost> {
  const api = new Api(base, { 'private-token': token })
  const notes = `/projects/${encodeURIComponent(project)}/merge_requests/${mergeRequest}/notes`
  const { id: self } = await api.call<{ readonly id: number }>('/user')
  return {
    comments: async () => {
      const all = await api.all<Note>(`${notes}?order_by=created_at&sort=asc`)
      return all.filter(({ system }) => !system).map(({ id, body, author }) => ({ id, body, own: author.id === self }))
    },
    create: async (body) => (await api.call<Note>(notes, { method: 'POST', body: { body } })).id,
    update: async (id, body) => void (await api.call(`${notes}/${id}`, { method: 'PUT', body: { body } })),
    remove: async (id) => void (await api.call(`${notes}/${id}`, { method: 'DELETE' })),
  }
}
