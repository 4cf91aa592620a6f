import { Ajv } from 'ajv'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { ReportSinkSettings } from '../../model/report-sink-settings.ts'
import { DEFAULT_GROUP } from '../../model/resource.ts'
import { refusal } from '../admin-api/answer.ts'
import { readReports } from '../identity/access.ts'
import { demand } from '../identity/authorised-store.ts'
import { BREAKDOWNS, type CallQuestion, MOST_POINTS, readCalls } from './read-calls.ts'
import { CALLS_PATH, CallsQuery, SINKS_PATH } from './report-schema.ts'
import { readSinks } from './sinks/read-sinks.ts'

const MINUTE = 60
const HOUR = 3_600
const isQuery = new Ajv({ strict: false }).compile<CallsQuery>(CallsQuery)

export interface ReportReading {
  readonly database: string
  readonly region: string
  readonly sinks: readonly ReportSinkSettings[]
}

/**
 * `GET /api/reports/calls`: how many calls there were, how they ended and how long they took, in steps of time.
 * `GET /api/reports/sinks`: what waits for each sink, and what it has lost.
 */
export function addReportEndpoints(app: FastifyInstance, { database, region, sinks }: ReportReading): void {
  app.get(CALLS_PATH, async (request, reply) => {
    const question = readQuestion(request.query, Date.now())
    demand(request.caller, readReports(question.group))
    const { from, to, step } = question
    const list = await readCalls(database, region, question)
    return sendJson(reply, { from: from / 1000, to: to / 1000, step, list })
  })

  app.get(SINKS_PATH, async (request, reply) => {
    demand(request.caller, readReports('*'))
    return sendJson(reply, { list: await readSinks(database, region, sinks) })
  })
}

/** @throws Refusal 400 naming what cannot be read */
export function readQuestion(query: unknown, now: number): CallQuestion {
  if (!isQuery(query)) {
    const [problem] = isQuery.errors ?? []
    const name = problem?.params.additionalProperty ?? problem?.instancePath.slice(1) ?? 'the query'
    throw refusal(`${name}: ${problem?.message}`)
  }
  const step = Number(query.step ?? MINUTE)
  if (step % MINUTE !== 0 || (step > HOUR && step % HOUR !== 0)) {
    throw refusal('step: is a number of whole minutes, above an hour of whole hours')
  }
  const span = step * 1000
  const end = query.to === undefined ? now : timeOf('to', query.to)
  const begin = query.from === undefined ? end - HOUR * 1000 : timeOf('from', query.from)
  if (begin >= end) throw refusal('from: is not before to')
  const [from, to] = [Math.floor(begin / span) * span, Math.ceil(end / span) * span]
  if ((to - from) / span > MOST_POINTS) throw refusal(`step: makes more than ${MOST_POINTS} points`)
  const only = Object.fromEntries(
    BREAKDOWNS.flatMap((name) => (query[name] === undefined ? [] : [[name, query[name]]])),
  )
  if (Object.values({ ...only, group: query.group ?? '' }).some((value) => String(value).includes('\0'))) {
    throw refusal('a name holds a character that nothing has')
  }
  return { from, to, step, group: query.group ?? DEFAULT_GROUP, only, by: query.by }
}

/** Milliseconds since 1970. */
function timeOf(name: string, written: string): number {
  const time = /^\d{1,12}$/.test(written) ? Number(written) * 1000 : Date.parse(written)
  if (Number.isNaN(time) || time < 0 || time > 8.6e15) throw refusal(`${name}: is no time`)
  return time
}

function sendJson(reply: FastifyReply, body: object): FastifyReply {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' }
  return reply.headers(headers).send(Buffer.from(JSON.stringify(body)))
}
