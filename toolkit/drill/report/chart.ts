import { type ClockMarks, MARK_MEANINGS } from '../measure/clock-marks.ts'
import type { DrillReport } from './drill-report.ts'

const WIDTH = 960
const HEIGHT = 380
const LEFT = 52
const RIGHT = 18
const BOTTOM = 44
const ROW = 17
const LABEL_ROWS = 5
const TOP = 16 + LABEL_ROWS * ROW
/** Width of a character of a label, about. */
const CHARACTER = 6.3

/** Colours of the chart, by its class names; dark ones follow the reader's setting. */
export const CHART_STYLE = `
.chart{font:12px system-ui,-apple-system,"Segoe UI",sans-serif}
.chart .ok{fill:#3a9d83}.chart .failed{fill:#d9483b}.chart .outage{fill:#d9483b;opacity:.08}
.chart .grid{stroke:#8a94a6;stroke-opacity:.25}.chart .axis,.chart .label{fill:#566072}
.chart .mark{stroke:#3f4a5f;stroke-dasharray:2 3}.chart .dot{fill:#3f4a5f}.chart .name{font-weight:600;fill:#1d2636}
@media (prefers-color-scheme:dark){
.chart .ok{fill:#3f8f7a}.chart .failed{fill:#f0675a}.chart .outage{fill:#f0675a;opacity:.13}
.chart .axis,.chart .label{fill:#a3adbd}.chart .mark{stroke:#a3adbd}.chart .dot{fill:#cfd6e2}.chart .name{fill:#eef1f6}}
`

/** Calls per second, succeeded and failed, with the clock marks: an SVG element for a page that has `CHART_STYLE`. */
export function renderChart(report: Pick<DrillReport, 'callsPerSecond' | 'marks' | 'drill'>): string {
  const { callsPerSecond, marks } = report
  const seconds = Math.max(1, callsPerSecond.length)
  const most = niceCeiling(Math.max(1, ...callsPerSecond.map(({ ok, failed }) => ok + failed)))
  const plotWidth = WIDTH - LEFT - RIGHT
  const base = HEIGHT - BOTTOM
  const x = (second: number) => round(LEFT + (second / seconds) * plotWidth)
  const y = (calls: number) => round(base - (calls / most) * (base - TOP))
  const origin = marks.t0 ?? 0

  const bars = callsPerSecond.map(({ second, ok, failed }) => {
    const width = round(Math.max(0.6, plotWidth / seconds - 0.8))
    const bar = (kind: string, from: number, to: number) =>
      to > from
        ? `<rect class="${kind}" x="${x(second)}" y="${y(to)}" width="${width}" height="${round(y(from) - y(to))}"/>`
        : ''
    return bar('ok', 0, ok) + bar('failed', ok, ok + failed)
  })
  return [
    `<svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${describe(report)}" xmlns="http://www.w3.org/2000/svg">`,
    outage(marks, x, base, seconds),
    grid(most, y),
    ...bars,
    axis(seconds, origin, x, base),
    markLines(marks, x, base),
    `<g transform="translate(${LEFT},${HEIGHT - 12})">`,
    '<rect class="ok" width="10" height="10" y="-9"/><text class="axis" x="15">answered</text>',
    '<rect class="failed" x="86" width="10" height="10" y="-9"/><text class="axis" x="101">failed</text></g>',
    `<text class="axis" x="${WIDTH - RIGHT}" y="${HEIGHT - 12}" text-anchor="end">calls per second, by seconds since the fault was proved</text>`,
    '</svg>',
  ].join('\n')
}

/** The chart as a file of its own, light or dark as its reader is. */
export function renderChartFile(report: Pick<DrillReport, 'callsPerSecond' | 'marks' | 'drill'>): string {
  const svg = renderChart(report)
  const opened = svg.indexOf('>') + 1
  return `${svg.slice(0, opened)}\n<style>${CHART_STYLE}</style>${svg.slice(opened)}\n`
}

function describe({ callsPerSecond, drill }: Pick<DrillReport, 'callsPerSecond' | 'drill'>): string {
  const failed = callsPerSecond.reduce((sum, second) => sum + second.failed, 0)
  const sent = callsPerSecond.reduce((sum, second) => sum + second.ok, failed)
  return `Calls per second through the drill ${drill.name}: ${failed} of ${sent} failed`
}

function outage(marks: ClockMarks, x: (second: number) => number, base: number, seconds: number): string {
  if (marks.t1 === null) return ''
  const from = x(marks.t1)
  const to = x(marks.t5 ?? seconds)
  return `<rect class="outage" x="${from}" y="4" width="${round(Math.max(0, to - from))}" height="${base - 4}"/>`
}

function grid(most: number, y: (calls: number) => number): string {
  return [0, 0.25, 0.5, 0.75, 1]
    .map((share) => {
      const calls = most * share
      const line = `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(calls)}" y2="${y(calls)}"/>`
      return `${line}<text class="axis" x="${LEFT - 8}" y="${y(calls) + 4}" text-anchor="end">${round(calls)}</text>`
    })
    .join('')
}

function axis(seconds: number, origin: number, x: (second: number) => number, base: number): string {
  const step = seconds > 60 ? 10 : 5
  const ticks: string[] = []
  for (let tick = Math.ceil(-origin / step) * step; tick <= seconds - origin; tick += step) {
    const text = tick === 0 ? '0' : `${tick > 0 ? '+' : '−'}${Math.abs(tick)} s`
    ticks.push(`<text class="axis" x="${x(tick + origin)}" y="${base + 17}" text-anchor="middle">${text}</text>`)
  }
  return ticks.join('')
}

/** A line per mark, with its name in the first row above the plot where it has room. */
function markLines(marks: ClockMarks, x: (second: number) => number, base: number): string {
  const placed = (Object.keys(marks) as (keyof ClockMarks)[])
    .filter((name) => name !== 'struck')
    .flatMap((name) => (marks[name] === null ? [] : [{ name, at: x(marks[name]) }]))
    .sort((a, b) => a.at - b.at)
  const rowEnds = Array.from({ length: LABEL_ROWS }, () => Number.NEGATIVE_INFINITY)
  return placed
    .map(({ name, at }) => {
      const width = (name.length + 1 + MARK_MEANINGS[name].length) * CHARACTER + 12
      const flipped = at + width > WIDTH
      const start = flipped ? at - width : at
      // Its line goes down through the rows below, so none of them may have a label here either.
      const free = rowEnds.findIndex((_, index) => rowEnds.slice(index).every((end) => end < start))
      const row = free < 0 ? LABEL_ROWS - 1 : free
      rowEnds[row] = start + width
      const top = 16 + row * ROW
      const anchor = flipped ? `x="${round(at - 6)}" text-anchor="end"` : `x="${round(at + 6)}"`
      return [
        `<line class="mark" x1="${at}" x2="${at}" y1="${top - 4}" y2="${base}"/><circle class="dot" cx="${at}" cy="${top - 4}" r="2.5"/>`,
        `<text ${anchor} y="${top}"><tspan class="name">${name}</tspan> <tspan class="label">${MARK_MEANINGS[name]}</tspan></text>`,
      ].join('')
    })
    .join('\n')
}

function niceCeiling(value: number): number {
  const magnitude = 10 ** Math.floor(Math.log10(value))
  const step = [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10].find((factor) => factor * magnitude >= value) ?? 10
  return step * magnitude
}

function round(value: number): number {
  return Number(value.toFixed(1))
}
