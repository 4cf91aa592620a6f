import { type Agent, request } from 'node:http'
import { request as requestSecurely } from 'node:https'
import { monotonicNow } from '../measure/monotonic.ts'
import type { CallOutcome } from '../measure/observations.ts'

export interface HttpCall {
  readonly address: string
  readonly port: number
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Milliseconds from now until the call counts as failed. */
  readonly timeout: number
  /** Without one, the call opens a connection of its own and closes it. */
  readonly agent?: Agent
  /** Speaks TLS to whoever proves to be this name. @default none: nothing is encrypted */
  readonly provenAs?: string
}

export interface HttpAnswer {
  readonly ended: number
  /** 0 without an answer. */
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
  /** Null for an answer, whatever its status. */
  readonly failure: Extract<CallOutcome, 'refused' | 'reset' | 'timeout'> | null
}

/** Sends one call and waits for the end of its answer; never throws and never repeats it. */
export function callHttp(call: HttpCall): Promise<HttpAnswer> {
  return new Promise((resolve) => {
    let timedOut = false
    const fail = (failure: HttpAnswer['failure']) => {
      clearTimeout(timer)
      resolve({ ended: monotonicNow(), status: 0, headers: {}, body: '', failure })
    }
    const open = call.provenAs === undefined ? request : requestSecurely
    const outgoing = open({
      host: call.address,
      port: call.port,
      method: call.method,
      path: call.path,
      headers: call.headers,
      agent: call.agent ?? false,
      ...(call.provenAs !== undefined && { servername: call.provenAs }),
    })
    const timer = setTimeout(() => {
      timedOut = true
      outgoing.destroy()
      fail('timeout')
    }, call.timeout)
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      if (!timedOut) fail(error.code === 'ECONNREFUSED' ? 'refused' : 'reset')
    })
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', () => {
        if (!timedOut) fail('reset')
      })
      response.on('end', () => {
        clearTimeout(timer)
        const body = Buffer.concat(chunks).toString('utf8')
        resolve({
          ended: monotonicNow(),
          status: response.statusCode ?? 0,
          headers: response.headers,
          body,
          failure: null,
        })
      })
    })
    outgoing.end(call.body)
  })
}
