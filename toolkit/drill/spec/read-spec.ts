import { LineCounter, parseDocument } from 'yaml'
import { perSecond, seconds } from '../../../topology/index.ts'
import { FAULTS } from '../faults/index.ts'
import { ABORT, AFTER, EXPECT, type Placed, READY, readSentence } from './conditions.ts'
import { DRILL_MODES, type DrillSpec, REPORT_FORMATS, type ReportFormat } from './drill-spec.ts'
import { Fields } from './fields.ts'
import { refuseInLive } from './live-limits.ts'
import { ProblemList, type SpecPath } from './problem-list.ts'
import { readFaultStep } from './read-fault.ts'
import { readTraffic } from './read-traffic.ts'

const FIELDS = [
  'drill',
  'claim',
  'topology',
  'mode',
  'objectives',
  'traffic',
  'ready',
  'fault',
  'expect',
  'abort',
  'recover',
  'after',
  'report',
]

/** What a drill's text says, as far as it can be read, and everything that is wrong with it. */
export interface ReadSpec {
  readonly spec: DrillSpec
  /** Where problems found later, against the topology, are added. */
  readonly problems: ProblemList
}

/** Reads a drill from YAML. Targets are not known here; `compileDrill` checks them. */
export function readSpec(text: string): ReadSpec {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const problems = new ProblemList(document, lines)
  for (const error of document.errors) problems.addAt(error.pos[0], `no valid YAML: ${error.message}`)
  const fields = new Fields(problems, [], document.errors.length > 0 ? {} : (document.toJS() ?? {}), FIELDS)
  if (document.errors.length > 0) return { spec: emptySpec(problems), problems }

  const sentences = <T>(name: string, forms: Parameters<typeof readSentence<T>>[1]) =>
    fields.list<Placed<T>>(name, (value, path) => sentence(problems, value, path, forms), [], `[${forms[0]!.shape}]`)

  const traffic = readTraffic(problems, fields.path('traffic'), fields.raw('traffic'))
  const spec: DrillSpec = {
    name: readName(fields),
    claim: fields.text('claim', 'say in a sentence what this drill is to prove') ?? '',
    topology: fields.text('topology', "name the topology, or its file from this drill's folder") ?? '',
    mode: fields.oneOf('mode', DRILL_MODES, 'rehearse'),
    objectives: readObjectives(problems, fields),
    traffic,
    ready: sentences('ready', READY),
    fault: fields.list(
      'fault',
      (value, path) => readFaultStep(problems, path, value, traffic.vantages),
      [],
      '[{ lose: us-east-1 }]',
    ),
    expect: sentences('expect', EXPECT),
    abort: sentences('abort', ABORT),
    recover: readRecover(problems, fields),
    after: sentences('after', AFTER),
    report: fields.list<ReportFormat>(
      'report',
      (value, path) => readFormat(problems, value, path),
      REPORT_FORMATS,
      '[html]',
    ),
  }
  const raw = fields.raw('fault')
  if (raw === undefined || (Array.isArray(raw) && raw.length === 0)) {
    fields.report('fault', `name at least one fault: ${Object.keys(FAULTS).join(', ')}`)
  }
  if (fields.has('expect') && !spec.expect.some(({ kind }) => kind === 'success')) {
    fields.report('expect', 'say when callers count as recovered: success >= 99.9% for 10s')
  } else if (!fields.has('expect')) {
    fields.report('expect', 'say what must hold, at least when callers count as recovered: [success >= 99.9% for 10s]')
  }
  if (spec.mode === 'live') refuseInLive(spec, fields, problems)
  return { spec, problems }
}

function sentence<T>(
  problems: ProblemList,
  value: unknown,
  path: SpecPath,
  forms: Parameters<typeof readSentence<T>>[1],
): Placed<T> | undefined {
  const read = readSentence(value, forms)
  if ('sentence' in read) return { ...read.sentence, at: Number(path.at(-1)) }
  problems.add(path, value, read.change)
  return undefined
}

function readName(fields: Fields): string {
  const name = fields.text('drill', 'name the drill: lose-us-east-1') ?? ''
  if (name !== '' && !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) {
    fields.report('drill', 'use lower-case letters, digits and single hyphens, as in lose-us-east-1')
  }
  return name
}

function readObjectives(problems: ProblemList, fields: Fields): DrillSpec['objectives'] {
  const known = ['detect', 'rto', 'rpo', 'loss', 'budget']
  const objectives = new Fields(problems, fields.path('objectives'), fields.raw('objectives'), known)
  const rpo = new Fields(problems, objectives.path('rpo'), objectives.raw('rpo'), ['revisions'])
  const revisions = rpo.raw('revisions')
  if (objectives.has('rpo') && (typeof revisions !== 'number' || !Number.isInteger(revisions) || revisions < 0)) {
    rpo.report('revisions', 'give the number of acknowledged revisions that may be lost: 0')
  }
  const read = {
    detect: objectives.duration('detect'),
    rto: objectives.duration('rto'),
    rpo: typeof revisions === 'number' ? { revisions } : undefined,
    loss: objectives.percent('loss'),
    budget: objectives.percent('budget'),
  }
  return Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined))
}

function readRecover(problems: ProblemList, fields: Fields): DrillSpec['recover'] {
  const recover = new Fields(problems, fields.path('recover'), fields.raw('recover'), ['failback', 'hold', 'shift'])
  if (recover.has('shift')) {
    recover.report(
      'shift',
      'leave it out: answers of a failover or latency policy have no weights that could be shifted',
    )
  }
  return { failback: recover.oneOf('failback', ['manual'], 'manual'), hold: recover.duration('hold') ?? seconds(0) }
}

function readFormat(problems: ProblemList, value: unknown, path: SpecPath): ReportFormat | undefined {
  if (REPORT_FORMATS.includes(value as ReportFormat)) return value as ReportFormat
  problems.add(path, value, `choose from ${REPORT_FORMATS.join(', ')}`)
  return undefined
}

/** What stands for a file that is no YAML at all; never run, since the problems are reported first. */
function emptySpec(problems: ProblemList): DrillSpec {
  return {
    name: '',
    claim: '',
    topology: '',
    mode: 'predict',
    objectives: {},
    traffic: { ...readTraffic(problems, ['traffic'], undefined), rate: perSecond(0) },
    ready: [],
    fault: [],
    expect: [],
    abort: [],
    recover: { failback: 'manual', hold: seconds(0) },
    after: [],
    report: [],
  }
}
