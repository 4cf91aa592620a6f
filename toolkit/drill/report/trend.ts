import type { ReportedObjective } from './drill-report.ts'

const WIDTH = 72
const HEIGHT = 18
const EDGE = 3

/**
 * The last runs of an objective and this one, oldest first, as a line whose top is the promise or, where it was broken,
 * the worst; this run is the dot. Empty without a run to compare with.
 */
export function renderTrend({ earlier, measured, promised }: ReportedObjective): string {
  const values = [...earlier.toReversed(), measured].filter((value) => value !== null)
  if (values.length < 2 || measured === null) return ''
  const top = Math.max(promised, ...values)
  const x = (index: number) => (EDGE + (index / (values.length - 1)) * (WIDTH - 2 * EDGE)).toFixed(1)
  const y = (value: number) => (HEIGHT - EDGE - (top === 0 ? 0 : value / top) * (HEIGHT - 2 * EDGE)).toFixed(1)
  const points = values.map((value, index) => `${x(index)},${y(value)}`).join(' ')
  return `<svg class="trend" viewBox="0 0 ${WIDTH} ${HEIGHT}" aria-hidden="true"><polyline points="${points}"/><circle cx="${x(values.length - 1)}" cy="${y(measured)}" r="2.5"/></svg>`
}
