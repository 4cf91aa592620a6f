import { AntipodeError } from '../../model/errors.ts'
import { type ConfigurationStore, type Origin, Refusal } from '../configuration-store.ts'
import type { Answer } from './answer.ts'
import type { Apply } from './write-resource.ts'

/** Seconds after which a refused write is worth trying again: about one lease. */
const RETRY_AFTER = '3'

/**
 * Applies a write and answers with its version. Every 2xx is as durable as promised, every 504 in doubt, and any
 * other answer had no effect.
 *
 * @throws whatever else the store throws
 */
export async function writeAnswer(
  store: ConfigurationStore,
  writeId: string,
  apply: Apply,
  origin?: Origin,
): Promise<Answer> {
  const headers = { 'x-antipode-write': writeId }
  try {
    const { outcome, version } = await store.write(writeId, apply, origin)
    return {
      status: outcome.status,
      body: outcome.body as object,
      headers: {
        ...headers,
        'x-antipode-epoch': String(version.epoch),
        'x-antipode-revision': String(version.revision),
      },
    }
  } catch (error) {
    if (error instanceof Refusal) return { status: error.status, body: error.body, headers }
    if (error instanceof AntipodeError) {
      const answer = errorAnswer(error, writeId)
      return { ...answer, headers: { ...answer.headers, ...headers } }
    }
    throw error
  }
}

/** A named failure as the Admin API tells it. */
export function errorAnswer(error: AntipodeError, writeId: string | null = null): Answer {
  const { code, status, message, details } = error
  const body = { error_msg: message, code }
  if (code === 'ANTIPODE_IN_DOUBT') {
    return { status, body: { ...body, epoch: details.epoch ?? null, revision: null, write: writeId } }
  }
  if (status === 503) {
    const where = code.startsWith('ANTIPODE_') ? { writer: details.writer ?? null } : {}
    return { status, body: { ...body, ...where }, headers: { 'retry-after': RETRY_AFTER } }
  }
  return { status, body }
}
