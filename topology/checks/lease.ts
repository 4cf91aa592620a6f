import type { Check } from './check.ts'

/** Shorter and a hiccup fences the writer; longer and nobody may write for that time after its loss. */
export const lease: Check = ({ database }) => {
  const time = database?.lease
  if (time === undefined || (time.seconds >= 1 && time.seconds <= 60)) return []
  return [{ path: 'database.lease', text: `${time} is out of bounds; write 1 s to 60 s (3 s is a good lease)` }]
}
