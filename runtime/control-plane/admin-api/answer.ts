import { Refusal } from '../configuration-store.ts'

/** What a handler answers with. An object is sent as JSON, a string as plain text, as APISIX does. */
export interface Answer {
  readonly status: number
  readonly body?: object | string
  readonly headers?: Readonly<Record<string, string>>
}

/** `{"error_msg": …}`, the form of nearly every refusal. */
export function refuse(status: number, message: string): Answer {
  return { status, body: { error_msg: message } }
}

/** What APISIX answers for a resource that is not there. */
export const KEY_NOT_FOUND: Answer = { status: 404, body: { message: 'Key not found' } }

/** Thrown inside a write that the rows it sees do not allow. */
export function refusal(message: string): Refusal {
  return new Refusal(400, { error_msg: message })
}
