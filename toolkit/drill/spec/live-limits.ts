import type { DrillSpec } from './drill-spec.ts'
import { type Fields, isMapping } from './fields.ts'
import type { ProblemList } from './problem-list.ts'

/** A live drill asks gateways from outside, as callers do: it reads and writes no configuration. */
const OUTSIDE = 'leave it out: a live drill sees gateways as callers do, and neither reads nor writes configuration'

/** Methods that change nothing, whatever the upstream. */
const HARMLESS = ['GET', 'HEAD']

const SEEN_BY_CALLERS = {
  ready: ['all-regions-serving', 'headroom'],
  expect: ['share-zero', 'success'],
  after: ['answers', 'overrides'],
} as const

/** Reports what a drill's file asks for that a live drill cannot do, or must not. */
export function refuseInLive(spec: DrillSpec, fields: Fields, problems: ProblemList): void {
  for (const list of ['ready', 'expect', 'after'] as const) {
    const known: readonly string[] = SEEN_BY_CALLERS[list]
    for (const { kind, at, text } of spec[list]) if (!known.includes(kind)) problems.add([list, at], text, OUTSIDE)
  }
  if (spec.objectives.rpo !== undefined) problems.add(['objectives', 'rpo'], spec.objectives.rpo, OUTSIDE)

  const traffic = isMapping(fields.raw('traffic')) ? (fields.raw('traffic') as Record<string, unknown>) : {}
  if (traffic.writes !== undefined) problems.add(['traffic', 'writes'], traffic.writes, OUTSIDE)
  if (traffic.near !== undefined) {
    const change = 'leave it out: every vantage point of a live drill asks from where the drill runs'
    problems.add(['traffic', 'near'], traffic.near, change)
  }
  if (traffic.calls === undefined) {
    const change = 'name calls that are answered there, such as [GET /v1/ping]: a live drill publishes no route'
    problems.add(['traffic', 'calls'], undefined, change)
  }
  for (const [index, { method, path }] of spec.traffic.calls.entries()) {
    if (HARMLESS.includes(method)) continue
    const change = `reaches a real upstream hundreds of times; a live drill sends ${HARMLESS.join(' and ')} alone`
    problems.add(['traffic', 'calls', index], `${method} ${path}`, change)
  }
}
