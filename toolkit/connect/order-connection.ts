import { AntipodeError } from '../../runtime/model/errors.ts'
import type { Connection } from './connection.ts'

export interface ConnectionOrder {
  /** Of the Admin API. */
  readonly server: string
  readonly adminKey: string | undefined
  readonly form: 'certificate' | 'token'
  readonly group: string | undefined
  readonly region: string | undefined
  readonly account: string | undefined
  readonly days: number | undefined
}

/**
 * Has a control plane issue what a new data plane needs.
 *
 * @throws AntipodeError CONTROL_PLANE_UNREACHABLE, CONTROL_PLANE_REFUSED
 */
export async function orderConnection(order: ConnectionOrder, signal: AbortSignal): Promise<Connection> {
  const { server, adminKey, ...body } = order
  const url = new URL('/antipode/connections', server)
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(adminKey ? { 'x-api-key': adminKey } : {}) },
    body: JSON.stringify(body),
    redirect: 'error',
    signal,
  }).catch((cause: Error) => {
    const { cause: below, message } = cause
    const reason = below instanceof Error ? below.message : message
    throw new AntipodeError('CONTROL_PLANE_UNREACHABLE', { server, reason }, { cause })
  })
  const answer = (await response.json().catch(() => ({}))) as { error_msg?: string; description?: string }
  if (response.status === 201) return answer as unknown as Connection
  const reason = [answer.error_msg ?? `it answered ${response.status}`, answer.description].filter(Boolean).join(': ')
  throw new AntipodeError('CONTROL_PLANE_REFUSED', { reason, call: `POST ${url}` })
}
