import { parseDuration, seconds } from '../../../topology/index.ts'
import type { Fault } from '../faults/fault-interface.ts'
import { FAULTS } from '../faults/index.ts'
import type { FaultStep, ProofDemand } from './drill-spec.ts'
import { Fields, isMapping, nearest } from './fields.ts'
import type { ProblemList, SpecPath } from './problem-list.ts'

/** Long enough that a stalled runner keeps its fault, short enough that a dead one frees the topology soon. */
const LEASE = seconds(30)
const PROVE_WITHIN = seconds(10)

export function readFaultStep(
  problems: ProblemList,
  path: SpecPath,
  value: unknown,
  vantages: readonly string[],
): FaultStep | undefined {
  const names = Object.keys(FAULTS)
  const named = isMapping(value) ? Object.keys(value).filter((key) => names.includes(key)) : []
  if (!isMapping(value) || named.length !== 1) {
    reportNoFault(problems, path, value, named)
    return undefined
  }
  const name = named[0]!
  const fault = FAULTS[name]!
  const fields = new Fields(problems, path, value, [name, ...fault.fields, 'lease', 'prove'])
  const lease = fields.duration('lease') ?? LEASE
  if (lease.seconds < 5) fields.report('lease', 'give the runner at least 5s to renew it')
  const prove = fields.has('prove') ? readProof(fields, fault, vantages) : defaultProof(fault)
  return { entry: value, name, at: Number(path.at(-1)), lease, prove }
}

function reportNoFault(problems: ProblemList, path: SpecPath, value: unknown, named: readonly string[]): void {
  const names = Object.keys(FAULTS)
  if (named.length > 1) {
    problems.add(path, value, `name one fault an item, not ${named.join(' and ')}`)
    return
  }
  const [key] = isMapping(value) ? Object.keys(value) : []
  const near = key === undefined ? undefined : nearest(key, names)
  const hint = near ? `; did you mean ${near}?` : ''
  problems.add(path, value, `names no fault of this version, which are ${names.join(', ')}${hint}`)
}

/** `vantage(all) sees 0 answers within 10s`; each kind of fault has its own fact that is to be seen. */
function readProof(fields: Fields, fault: Fault, vantages: readonly string[]): ProofDemand | undefined {
  const text = String(fields.raw('prove')).trim().replace(/\s+/g, ' ')
  const who = fault.witness === 'writer' ? 'writer' : String.raw`vantage\(([a-z0-9-]+)\)`
  const match = new RegExp(`^${who} sees ${fault.fact} within (\\d[\\d.]*\\s*(?:ms|s|m|h))$`).exec(text)
  if (match === null) return fields.report('prove', `write ${defaultProof(fault).text}`)
  const witness = fault.witness === 'writer' ? 'writer' : match[1]!
  if (fault.witness === 'vantage' && witness !== 'all' && !vantages.includes(witness)) {
    return fields.report('prove', `${witness} is no vantage point; there are ${vantages.join(', ')}, and all`)
  }
  return { text, witness, within: parseDuration(match.at(-1)!) }
}

function defaultProof(fault: Fault): ProofDemand {
  const witness = fault.witness === 'writer' ? 'writer' : 'all'
  const who = fault.witness === 'writer' ? 'writer' : 'vantage(all)'
  return { text: `${who} sees ${fault.fact} within 10s`, witness, within: PROVE_WITHIN }
}
