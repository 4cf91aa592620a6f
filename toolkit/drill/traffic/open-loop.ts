import { monotonicNow } from '../measure/monotonic.ts'

/**
 * Calls `send` at a fixed rate, whatever becomes of what was sent: after a stall everything that fell due is sent at
 * once, each with the time at which it was due, so that neither a slow server nor a busy machine hides a call.
 *
 * @returns stops it
 */
export function openLoop(
  start: number,
  perSecond: number,
  send: (number: number, scheduled: number) => void,
): () => void {
  const interval = 1_000 / perSecond
  let next = 0
  let timer: NodeJS.Timeout
  const tick = () => {
    for (let due = start + next * interval; due <= monotonicNow(); due = start + next * interval) send(next++, due)
    timer = setTimeout(tick, Math.max(0, start + next * interval - monotonicNow()))
  }
  timer = setTimeout(tick, Math.max(0, start - monotonicNow()))
  return () => clearTimeout(timer)
}
