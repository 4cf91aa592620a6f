import { AntipodeError } from '../../runtime/model/errors.ts'
import type { CommandContext } from '../command.ts'
import type { PromoteFlags } from './commands.ts'
import { type Promotion, promotionText } from './promotion-text.ts'

/**
 * Promotes a service, or takes a promotion back; without `yes` it only shows what would change.
 *
 * @throws AntipodeError USAGE, CONTROL_PLANE_UNREACHABLE, CONTROL_PLANE_REFUSED
 */
export async function promote(
  service: string | undefined,
  flags: PromoteFlags,
  context: CommandContext,
): Promise<void> {
  const { rollback, to, yes = false, force = false } = flags
  const at = `/api/gateway_groups/${encodeURIComponent(to)}/promotions`
  const promotion =
    rollback === undefined
      ? await post(at, orderOf(service, flags), flags, context)
      : await post(`${at}/${encodeURIComponent(rollback)}/rollback`, { dry_run: !yes, force }, flags, context)
  context.result({ ...promotion, carried_out: yes })
  context.say(promotionText(promotion, { isRollback: rollback !== undefined, isDone: yes }))
}

function orderOf(service: string | undefined, { from, description, yes = false }: PromoteFlags): object {
  if (service === undefined || from === undefined) {
    const reason = 'promote needs a service and --from the gateway group that it comes from, or else --rollback'
    throw new AntipodeError('USAGE', { reason })
  }
  return { source: from, service, dry_run: !yes, ...(description !== undefined && { description }) }
}

async function post(path: string, body: object, flags: PromoteFlags, context: CommandContext): Promise<Promotion> {
  const { server, adminKey } = flags
  const url = new URL(path, server)
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(adminKey ? { 'x-api-key': adminKey } : {}) },
    body: JSON.stringify(body),
    redirect: 'error',
    signal: context.signal,
  }).catch((cause: Error) => {
    const { cause: below, message } = cause
    const reason = below instanceof Error ? below.message : message
    throw new AntipodeError('CONTROL_PLANE_UNREACHABLE', { server, reason }, { cause })
  })
  const answer = (await response.json().catch(() => ({}))) as {
    readonly value?: Promotion
    readonly error_msg?: string
    readonly message?: string
    readonly description?: string
  }
  if (response.ok && answer.value) return answer.value
  const what = answer.error_msg ?? answer.message ?? `it answered ${response.status}`
  const reason = [what, answer.description].filter(Boolean).join(': ')
  throw new AntipodeError('CONTROL_PLANE_REFUSED', { reason, call: `POST ${url}` })
}
