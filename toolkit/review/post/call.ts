import { setTimeout as sleep } from 'node:timers/promises'
import { AntipodeError } from '../../../runtime/model/errors.ts'

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  readonly body?: object
}

const TRIES = 4
const LONGEST_WAIT_MILLISECONDS = 30_000

/** One API over HTTP, asked again when it is busy. */
export class Api {
  readonly #base: string
  readonly #headers: Readonly<Record<string, string>>

  constructor(base: string, headers: Readonly<Record<string, string>>) {
    this.#base = base.replace(/\/+$/, '')
    this.#headers = headers
  }

  /** @throws AntipodeError REVIEW_NOT_POSTED with what the API said */
  async call<T>(path: string, { method = 'GET', body }: Call = {}): Promise<T> {
    for (let tried = 1; ; tried += 1) {
      const response = await this.#fetch(path, method, body)
      if (response.ok) return (response.status === 204 ? undefined : await response.json()) as T
      const busy = response.status >= 500 || response.status === 429 || isLimited(response)
      const text = await response.text()
      if (!busy || tried === TRIES)
        throw this.#refused(`${method} ${path} answered ${response.status}: ${messageOf(text)}`)
      await sleep(waitOf(response, tried))
    }
  }

  /** Every item of a list, page by page; both hosts end with a page that is not full. */
  async all<T>(path: string): Promise<T[]> {
    const items: T[] = []
    for (let page = 1; ; page += 1) {
      const found = await this.call<T[]>(`${path}${path.includes('?') ? '&' : '?'}per_page=${PER_PAGE}&page=${page}`)
      items.push(...found)
      if (found.length < PER_PAGE) return items
    }
  }

  async #fetch(path: string, method: string, body: object | undefined): Promise<Response> {
    try {
      return await fetch(`${this.#base}${path}`, {
        method,
        headers: { ...this.#headers, ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
      })
    } catch (error) {
      const { cause, message } = error as Error & { readonly cause?: Error }
      throw this.#refused(cause?.message ?? message)
    }
  }

  #refused(reason: string): AntipodeError {
    return new AntipodeError('REVIEW_NOT_POSTED', { host: new URL(this.#base).host, reason })
  }
}

const PER_PAGE = 100

/** GitHub says so with 403. */
function isLimited(response: Response): boolean {
  return (
    response.status === 403 &&
    (response.headers.has('retry-after') || response.headers.get('x-ratelimit-remaining') === '0')
  )
}

function waitOf(response: Response, tried: number): number {
  const told = Number(response.headers.get('retry-after')) * 1_000
  return Math.min(Number.isFinite(told) && told > 0 ? told : 2 ** tried * 250, LONGEST_WAIT_MILLISECONDS)
}

function messageOf(text: string): string {
  try {
    const { message } = JSON.parse(text) as { readonly message?: unknown }
    return typeof message === 'string' ? message : text.slice(0, 200)
  } catch {
    return text.slice(0, 200)
  }
}
