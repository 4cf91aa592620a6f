import { perSecond, seconds } from '../../../topology/index.ts'
import type { CallTemplate, Cohort, Traffic } from './drill-spec.ts'
import { Fields, isMapping } from './fields.ts'
import type { ProblemList, SpecPath } from './problem-list.ts'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']

/** Fast enough that a second shows loss, slow enough that a laptop is not itself the fault. */
const MOST_CALLS_PER_SECOND = 5_000

/** Each is a route that is published, asked for, looked for in every region, and withdrawn. */
const MOST_WRITES_PER_SECOND = 100

const COHORTS: readonly Cohort[] = [
  { name: 'web', kind: 'fresh' },
  { name: 'sdk', kind: 'kept' },
]

export function readTraffic(problems: ProblemList, path: SpecPath, value: unknown): Traffic {
  const known = ['rate', 'vantages', 'near', 'cohorts', 'calls', 'timeout', 'writes']
  const fields = new Fields(problems, path, value, known)
  const rate = fields.rate('rate') ?? perSecond(200)
  if (rate.value < 1 || rate.value > MOST_CALLS_PER_SECOND) {
    fields.report('rate', `choose 1/s to ${MOST_CALLS_PER_SECOND}/s`)
  }
  const vantages = fields.list<string>(
    'vantages',
    (item, at) => readVantage(problems, item, at),
    ['a', 'b', 'c'],
    '[us, eu, ap]',
  )
  if (fields.has('vantages') && new Set(vantages).size < vantages.length) fields.report('vantages', 'name each once')
  const near = new Fields(problems, fields.path('near'), fields.raw('near'), vantages)
  const cohorts = fields.list<Cohort>(
    'cohorts',
    (item, at) => readCohort(problems, item, at),
    COHORTS,
    '[{ name: web, resolver: fresh }]',
  )
  if (new Set(cohorts.map(({ name }) => name)).size < cohorts.length) fields.report('cohorts', 'give each its own name')
  const calls = fields.list(
    'calls',
    (item, at) => readCall(problems, item, at),
    [{ method: 'GET', path: '/v1/ping', idempotent: false }],
    '[GET /v1/ping]',
  )
  for (const name of ['vantages', 'cohorts', 'calls']) {
    const list = fields.raw(name)
    if (Array.isArray(list) && list.length === 0) fields.report(name, 'name at least one, or leave it out')
  }
  const timeout = fields.duration('timeout') ?? seconds(2)
  if (timeout.milliseconds < 50) fields.report('timeout', 'allow a call at least 50ms')
  const writes = fields.rate('writes') ?? perSecond(5)
  if (writes.value < 1 || writes.value > MOST_WRITES_PER_SECOND) {
    fields.report('writes', `choose 1/s to ${MOST_WRITES_PER_SECOND}/s`)
  }
  return { rate, vantages, near: readNear(near, vantages), cohorts, calls, timeout, writes }
}

function readVantage(problems: ProblemList, value: unknown, path: SpecPath): string | undefined {
  if (typeof value === 'string' && /^[a-z0-9-]+$/.test(value) && value !== 'all') return value
  problems.add(path, value, 'name a vantage point by lower-case letters, digits and hyphens; all means every one')
  return undefined
}

function readNear(fields: Fields, vantages: readonly string[]): Record<string, string> {
  const named = vantages.filter((vantage) => fields.has(vantage))
  return Object.fromEntries(
    named.map((vantage) => [vantage, fields.text(vantage, 'name the region it is nearest to') ?? '']),
  )
}

function readCohort(problems: ProblemList, value: unknown, path: SpecPath): Cohort | undefined {
  const fields = new Fields(problems, path, value, ['name', 'resolver', 'connections'])
  const name = fields.text('name', 'name the cohort: web')
  const fresh = fields.raw('resolver') === 'fresh'
  const kept = fields.raw('connections') === 'kept'
  if (fields.has('resolver') && !fresh) fields.report('resolver', 'the one that exists is fresh')
  if (fields.has('connections') && !kept) fields.report('connections', 'the one that exists is kept')
  if (fields.has('resolver') === fields.has('connections')) {
    problems.add(path, value, 'say one of the two: resolver: fresh, or connections: kept')
  }
  return name === undefined || fresh === kept ? undefined : { name, kind: fresh ? 'fresh' : 'kept' }
}

/** `GET /v1/ping`, or `{ POST: /v1/orders, idempotent: by-key }`. */
function readCall(problems: ProblemList, value: unknown, path: SpecPath): CallTemplate | undefined {
  const [method, target, idempotent] = callParts(value)
  if (METHODS.includes(method) && /^\/[\x21-\x7e]*$/.test(target) && idempotent !== undefined) {
    return { method, path: target, idempotent }
  }
  problems.add(path, value, 'write GET /v1/ping, or { POST: /v1/orders, idempotent: by-key }')
  return undefined
}

function callParts(value: unknown): [string, string, boolean | undefined] {
  if (typeof value === 'string') {
    const [method = '', target = '', ...rest] = value.trim().split(/\s+/)
    return [method, target, rest.length === 0 ? false : undefined]
  }
  if (!isMapping(value)) return ['', '', undefined]
  const { idempotent, ...call } = value
  const [entry, ...more] = Object.entries(call)
  if (entry === undefined || more.length > 0) return ['', '', undefined]
  return [entry[0], String(entry[1]), idempotent === 'by-key' ? true : idempotent === undefined ? false : undefined]
}
