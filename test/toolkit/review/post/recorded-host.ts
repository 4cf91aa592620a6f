import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

interface Kept {
  readonly id: number
  body: string
  readonly user: { readonly login: string }
  readonly author: { readonly id: number }
  readonly system: boolean
}

/** A host of pull requests that answers as GitHub and GitLab do, with what was recorded of their answers. */
export class RecordedHost {
  readonly kept: Kept[] = []
  /** `PATCH /repos/…`, in order. */
  readonly calls: string[] = []
  /** Answers to give before the real ones. */
  readonly failures: { readonly status: number; readonly headers?: Record<string, string>; readonly body?: object }[] =
    []
  readonly openPulls: { readonly number: number; readonly head: { readonly sha: string } }[] = []
  readonly #server = createServer((request, response) => void this.#answer(request, response))
  #next = 1_000

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  add(body: string, login = 'github-actions[bot]', author = 7): number {
    const id = this.#next++
    this.kept.push({ id, body, user: { login }, author: { id: author }, system: false })
    return id
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = ''
    for await (const chunk of request) text += chunk
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://host')
    const { method = 'GET' } = request
    this.calls.push(`${method} ${pathname}`)
    const send = (status: number, body?: unknown, headers: Record<string, string> = {}) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers })
      response.end(body === undefined ? '' : JSON.stringify(body))
    }
    const failure = this.failures.shift()
    if (failure) return send(failure.status, failure.body ?? { message: 'try later' }, failure.headers)
    if (!request.headers.authorization && !request.headers['private-token'])
      return send(401, { message: 'Bad credentials' })
    if (pathname.endsWith('/user')) return send(200, { id: 7 })
    if (pathname.endsWith('/pulls')) return send(200, this.openPulls)
    const id = Number(/(\d+)$/.exec(pathname)?.[1])
    const found = this.kept.findIndex((it) => it.id === id)
    if (/\/(comments|notes)$/.test(pathname)) {
      if (method === 'POST') return send(201, { id: this.add((JSON.parse(text) as { body: string }).body) })
      const [size, page] = [Number(searchParams.get('per_page')), Number(searchParams.get('page'))]
      return send(200, this.kept.slice((page - 1) * size, page * size))
    }
    if (found < 0) return send(404, { message: 'Not Found' })
    if (method === 'DELETE') {
      this.kept.splice(found, 1)
      return send(204)
    }
    this.kept[found]!.body = (JSON.parse(text) as { body: string }).body
    return send(200, this.kept[found])
  }
}
