import type { Check } from './check.ts'

/** An alarm that rings at once rings always; one that waits for hours is none. */
export const replicaLag: Check = ({ database }) => {
  const lag = database?.maxLag
  if (lag === undefined || (lag.seconds >= 1 && lag.seconds <= 3_600)) return []
  return [{ path: 'database.maxLag', text: `${lag} is out of bounds; write 1 s to 1 h (30 s is a good alarm)` }]
}
