import { MARKER } from '../markdown/comment.ts'

/** A comment as a host keeps it. */
export interface HostComment {
  readonly id: number
  readonly body: string
  /** Whether it is by whom we write as; anybody may write our marker. */
  readonly own: boolean
}

/** Where comments of one pull request are kept. */
export interface CommentHost {
  comments(): Promise<readonly HostComment[]>
  create(body: string): Promise<number>
  update(id: number, body: string): Promise<void>
  remove(id: number): Promise<void>
}

export interface Posted {
  readonly id: number
  readonly done: 'created' | 'updated' | 'unchanged'
  /** Earlier ones of ours that were taken away. */
  readonly removed: number
}

/** Keeps one comment: the first of ours is written anew, others of ours go. */
export async function postSticky(host: CommentHost, text: string): Promise<Posted> {
  const body = text.startsWith(MARKER) ? text : `${MARKER}\n${text}`
  const [first, ...others] = (await host.comments()).filter((it) => it.own && it.body.startsWith(MARKER))
  for (const { id } of others) await host.remove(id)
  if (!first) return { id: await host.create(body), done: 'created', removed: 0 }
  // Hosts end lines and bodies in ways of their own.
  if (plain(first.body) === plain(body)) return { id: first.id, done: 'unchanged', removed: others.length }
  await host.update(first.id, body)
  return { id: first.id, done: 'updated', removed: others.length }
}

function plain(text: string): string {
  return text.replaceAll('\r\n', '\n').trimEnd()
}
