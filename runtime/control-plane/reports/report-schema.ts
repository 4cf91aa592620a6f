import { type Static, Type } from 'typebox'
import { LATENCY_BOUNDS, STATUS_CLASSES } from '../../model/call-report.ts'
import { BREAKDOWNS } from './read-calls.ts'

export const CALLS_PATH = '/api/reports/calls'
export const SINKS_PATH = '/api/reports/sinks'

const text = (description: string) => Type.Optional(Type.String({ maxLength: 256, description }))
const time = (description: string) => Type.Optional(Type.String({ maxLength: 40, description }))

/** The query of `GET /api/reports/calls`, as it is written. */
export const CallsQuery = Type.Object(
  {
    from: time('the first moment: seconds since 1970, or ISO 8601; an hour before `to` where it is left out'),
    to: time('the moment after the last one, in the same way; now where it is left out'),
    step: Type.Optional(
      Type.String({
        pattern: '^[1-9][0-9]{0,7}$',
        description: 'seconds of a point, a multiple of 60; from 3,600 on a multiple of that',
      }),
    ),
    group: text('the gateway group; default'),
    index: text('only calls that are counted there'),
    region: text('only calls served in this region'),
    route: text('only calls of the route with this id; empty for those that no route matched'),
    service: text('only calls of the service with this id'),
    upstream: text('only calls of the upstream with this id'),
    by: Type.Optional(Type.Enum([...BREAKDOWNS], { description: 'one point for each value of this in each step' })),
  },
  { additionalProperties: false },
)
export type CallsQuery = Static<typeof CallsQuery>

const count = Type.Integer({ minimum: 0 })

/** The answer of `GET /api/reports/sinks`. */
export const SinksAnswer = Type.Object({
  list: Type.Array(
    Type.Object({
      name: Type.String(),
      type: Type.String(),
      waiting: Type.Object({
        batches: count,
        calls: count,
        bytes: Type.Integer({ description: 'as the database holds them' }),
        oldest: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
      }),
      deliveredCalls: count,
      droppedCalls: Type.Integer({ description: 'calls that the sink was never told of' }),
      error: Type.Union([
        Type.Object({ message: Type.String(), at: Type.String({ format: 'date-time' }) }),
        Type.Null(),
      ]),
    }),
  ),
})

const milliseconds = Type.Union([Type.Number(), Type.Null()])
const counts = (names: readonly string[]) => Type.Object(Object.fromEntries(names.map((name) => [name, count])))

/** The answer. */
export const CallsAnswer = Type.Object({
  from: Type.Integer({ description: 'seconds since 1970, turned down to a whole step' }),
  to: Type.Integer(),
  step: Type.Integer({ description: 'seconds' }),
  list: Type.Array(
    Type.Object({
      time: Type.Integer({ description: 'start of the step, seconds since 1970; steps without a call are not there' }),
      name: Type.Optional(Type.String({ description: 'the value of what `by` names' })),
      calls: count,
      statuses: counts(STATUS_CLASSES),
      ingress: Type.Integer({ description: 'bytes that clients sent' }),
      egress: Type.Integer({ description: 'bytes that clients were sent' }),
      latency: Type.Object({
        mean: milliseconds,
        p50: milliseconds,
        p95: milliseconds,
        p99: milliseconds,
        buckets: counts([...LATENCY_BOUNDS.map(String), 'more']),
      }),
    }),
  ),
})
