import { setTimeout as sleep } from 'node:timers/promises'
import type { AntipodeError } from '../../runtime/model/errors.ts'
import type { AdminRequest, OpenBackend } from './backend.ts'
import { type Change, inOrder } from './compare/change.ts'
import { type AdminResponse, type ControlPlaneClient, refusal } from './connection/control-plane-client.ts'
import { inParallel } from './connection/in-parallel.ts'

const RETRIES = 3
const RETRY_MILLISECONDS = 100
/** Answers that had no effect, or whose repetition has the same one. */
const WORTH_RETRYING = new Set([429, 502, 503, 504])

export interface CarriedOut {
  readonly done: readonly Change[]
  readonly failed: readonly { readonly change: Change; readonly error: Error }[]
  /** Not attempted, because another had failed. */
  readonly left: readonly Change[]
}

/**
 * Makes a control plane equal to the files, group after group. The first failure lets what is under way end, and begins
 * nothing more: what was done stays, and is told.
 *
 * @param concurrency requests at once
 */
export async function carryOut(
  client: ControlPlaneClient,
  backend: Pick<OpenBackend, 'requests' | 'effective'>,
  changes: readonly Change[],
  concurrency: number,
  signal: AbortSignal,
): Promise<CarriedOut> {
  const done: Change[] = []
  const failed: { change: Change; error: Error }[] = []
  const effective = new Set(backend.effective(changes))
  for (const group of inOrder([...effective])) {
    await inParallel(group, concurrency, async (change) => {
      if (failed.length > 0 || signal.aborted) return
      try {
        for (const request of backend.requests(change)) await send(client, request, signal)
        done.push(change)
      } catch (error) {
        failed.push({ change, error: error as Error })
      }
    })
  }
  const tried = new Set([...done, ...failed.map(({ change }) => change)])
  const whole = failed.length === 0 && tried.size === effective.size
  return {
    // What goes along with another is done when all is.
    done: whole ? [...changes] : done,
    failed,
    left: whole ? [] : changes.filter((change) => !tried.has(change)),
  }
}

async function send(
  client: ControlPlaneClient,
  { method, path, body }: AdminRequest,
  signal: AbortSignal,
): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const outcome = await client.call(method, path, body).catch((error: unknown) => error as AntipodeError)
    const answered = !(outcome instanceof Error)
    if (answered && outcome.status < 300) return
    // Somebody else deleted it, or an answer was lost: it is as it should be.
    if (answered && method === 'DELETE' && outcome.status === 404) return
    if (attempt === RETRIES || signal.aborted || (answered && !WORTH_RETRYING.has(outcome.status))) {
      throw answered ? refusal(`${method} ${path.replace(/\?.*$/, '')}`, outcome as AdminResponse) : outcome
    }
    await sleep(RETRY_MILLISECONDS)
  }
}
