import type { Check } from './check.ts'

/** Nothing answers more calls than arrive, and a promise of 100 % leaves no error budget to measure against. */
export const availability: Check = ({ objectives }) => {
  const promised = objectives?.availability
  if (promised === undefined || (promised.value < 100 && promised.value > 0)) return []
  return [
    { path: 'objectives.availability', text: `${promised} cannot be promised; write a share below 100 %, like 99.9 %` },
  ]
}
