import { setTimeout as sleep } from 'node:timers/promises'
import { AntipodeError } from '../../../runtime/model/errors.ts'
import { type AwsIdentity, type AwsRequest, signedHeaders } from './aws-signature.ts'
import { type Element, elementsAt, readElements, textAt } from './element-tree.ts'

type Parameters = Readonly<Record<string, string | number | boolean>>

/** What AWS refused, by its own name for it. */
export class AwsRefusal extends AntipodeError {
  readonly awsCode: string

  constructor(what: string, awsCode: string, reason: string) {
    super('DRIVER_FAILED', { what, reason: `${reason} (${awsCode})` })
    this.awsCode = awsCode
  }
}

/** Milliseconds. */
const PATIENCE = 15_000
const ATTEMPTS = 4
const PAUSE = 500
const EC2_VERSION = '2016-11-15'

/**
 * The handful of calls that a live drill makes to EC2 and to EventBridge Scheduler. What takes a fault back is a call as
 * data: the journal keeps it, the Scheduler is handed it, and this carries it out, so that all three do the same.
 *
 * Credentials are those that the SDK finds, and so are endpoints: `AWS_ENDPOINT_URL` stands for all of them.
 */
export class AwsApi {
  #identity: (() => Promise<AwsIdentity>) | undefined

  /**
   * @param attempts 1 for what must not be asked for twice
   * @throws AwsRefusal, or AntipodeError DRIVER_FAILED where nobody answers
   */
  async ec2(region: string, action: string, parameters: Parameters, attempts = ATTEMPTS): Promise<Element> {
    const form = new URLSearchParams({ Action: action, Version: EC2_VERSION })
    for (const [name, value] of Object.entries(parameters)) form.set(name, String(value))
    const what = `EC2 ${action} in ${region}`
    const request: AwsRequest = {
      ...{ method: 'POST', url: endpointOf('ec2', region, '/'), body: form.toString() },
      contentType: 'application/x-www-form-urlencoded; charset=utf-8',
    }
    const { status, text } = await this.#send(what, 'ec2', region, request, attempts)
    const answer = readAnswer(what, status, text)
    const [error] = elementsAt(answer, 'Errors', 'Error')
    if (status === 200 && !error) return answer
    throw new AwsRefusal(
      what,
      textAt(error ?? answer, 'Code') ?? `${status}`,
      textAt(error ?? answer, 'Message') ?? text,
    )
  }

  /** Of schedules. @param body undefined for none @throws as `ec2` */
  async scheduler(region: string, method: AwsRequest['method'], path: string, body?: object): Promise<void> {
    const what = `EventBridge Scheduler ${method} ${path} in ${region}`
    const { status, text, errorType } = await this.#send(what, 'scheduler', region, {
      method,
      url: endpointOf('scheduler', region, path),
      contentType: 'application/json',
      body: body === undefined ? '' : JSON.stringify(body),
    })
    if (status === 200) return
    const told = messageOf(text)
    throw new AwsRefusal(what, errorType ?? told.type ?? `${status}`, told.message ?? text)
  }

  /** Tries again what may pass: no answer, too many calls, an error of AWS's own. */
  async #send(what: string, service: string, region: string, request: AwsRequest, attempts = ATTEMPTS) {
    for (let attempt = 1; ; attempt++) {
      try {
        const headers = signedHeaders(request, await this.#whoever(), { service, region, at: new Date() })
        const { method, url, body } = request
        const signal = AbortSignal.timeout(PATIENCE)
        const answer = await fetch(url, { method, headers, signal, ...(body !== '' && { body }) })
        const text = await answer.text()
        const passing = answer.status >= 500 || answer.status === 429 || text.includes('RequestLimitExceeded')
        if (passing && attempt < attempts) throw new Error(`${answer.status}`)
        const errorType = answer.headers.get('x-amzn-errortype')?.split(':')[0]
        return { status: answer.status, text, errorType }
      } catch (error) {
        if (error instanceof AntipodeError) throw error
        const { cause, message } = error as Error
        const reason = cause instanceof Error ? cause.message || message : message
        if (attempt >= attempts) throw new AntipodeError('DRIVER_FAILED', { what, reason }, { cause: error })
        await sleep(PAUSE * attempt)
      }
    }
  }

  async #whoever(): Promise<AwsIdentity> {
    if (this.#identity === undefined) {
      const { Route53Client } = await import('@aws-sdk/client-route-53')
      this.#identity = new Route53Client({ region: 'us-east-1' }).config.credentials
    }
    try {
      return await this.#identity()
    } catch (error) {
      const reason = (error as Error).message
      throw new AntipodeError('DRIVER_FAILED', { what: 'credentials of AWS', reason }, { cause: error })
    }
  }
}

function endpointOf(service: string, region: string, path: string): URL {
  const own = process.env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] ?? process.env.AWS_ENDPOINT_URL
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
  return new URL(path, own || `https://${service}.${region}.${suffix}`)
}

function readAnswer(what: string, status: number, text: string): Element {
  try {
    return readElements(text)
  } catch (error) {
    throw new AntipodeError('DRIVER_FAILED', { what, reason: `${status}, and no answer of EC2's` }, { cause: error })
  }
}

function messageOf(text: string): { message?: string; type?: string } {
  try {
    const { Message, message, __type } = JSON.parse(text) as Record<string, string | undefined>
    const said = Message ?? message
    return { ...(said !== undefined && { message: said }), ...(__type !== undefined && { type: __type }) }
  } catch {
    return {}
  }
}
