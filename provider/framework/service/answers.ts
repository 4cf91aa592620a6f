import { type Problem, Refused, toWireDiagnostic } from '../problem.ts'
import type { CallContext } from '../provider.ts'
import { objectType, type Schema } from '../schema.ts'
import { isIdentical, isObject, type ValueObject } from '../values.ts'
import type { WireDiagnostic, WireValue } from '../wire/plugin-protocol.ts'
import { decodeValue, encodeValue } from '../wire/value-codec.ts'

/** What every call needs to know of the provider it is made to. */
export interface Session<Client> {
  /** What `configure` made; undefined before, and where it could not be known. */
  client: Client | undefined
  readonly stop: AbortController
  /** Where an error that is nobody's mistake goes. */
  readonly log: (message: string, details: Readonly<Record<string, unknown>>) => void
}

type Loose<Answer> = { readonly [K in keyof Answer]?: Answer[K] | undefined }

/** Runs the work of a call; what is wrong becomes diagnostics, and never the end of the process. */
export async function diagnosed<Answer extends object>(
  { stop, log }: Session<unknown>,
  name: string,
  work: (context: CallContext) => Promise<Answer> | Answer,
  otherwise?: Loose<Answer>,
): Promise<Loose<Answer> & { readonly diagnostics: readonly WireDiagnostic[] }> {
  const problems: Problem[] = []
  const context: CallContext = {
    signal: stop.signal,
    warn: (problem) => problems.push({ severity: 'warning', ...problem }),
  }
  let answer: Loose<Answer> = otherwise ?? {}
  try {
    answer = await work(context)
  } catch (error) {
    if (error instanceof Failed) answer = error.answer as Answer
    const cause = error instanceof Failed ? error.cause : error
    if (cause instanceof Refused) problems.push(...cause.problems)
    else {
      const detail = cause instanceof Error ? cause.message : String(cause)
      log('a call failed', { call: name, error: cause instanceof Error ? (cause.stack ?? detail) : detail })
      problems.push({ severity: 'error', summary: `${name} failed`, detail })
    }
  }
  return { ...answer, diagnostics: problems.map(toWireDiagnostic) }
}

/** A call that went wrong and has an answer beside its diagnostics. */
export class Failed extends Error {
  readonly answer: object

  constructor(answer: object, cause: unknown) {
    super('a call failed', { cause })
    this.answer = answer
  }
}

export function readObject({ attributes }: Schema, wire: WireValue | undefined): ValueObject | null {
  const value = decodeValue(objectType(attributes), wire)
  return isObject(value) ? value : null
}

/** An object that must be there. */
export function demandObject(schema: Schema, wire: WireValue | undefined): ValueObject {
  const value = readObject(schema, wire)
  if (!value) throw new RangeError('the call needs a value and has none')
  return value
}

export function writeObject({ attributes }: Schema, value: ValueObject | null): WireValue {
  return encodeValue(objectType(attributes), value)
}

/** What was sent goes back as it came where it is still the same: a plan mostly finds nothing to do. */
export function answerObject(
  schema: Schema,
  value: ValueObject | null,
  sent: ValueObject | null,
  wire: WireValue | undefined,
): WireValue {
  return value && sent && wire && isIdentical(value, sent) ? wire : writeObject(schema, value)
}

/** The one of this name, which Terraform knows from the schema. */
export function named<Kind>(all: Readonly<Record<string, Kind>>, type: string): Kind {
  const found = Object.hasOwn(all, type) ? all[type] : undefined
  if (!found) throw new RangeError(`${JSON.stringify(type)} is not offered here`)
  return found
}

/** Tells what was found wrong with a configuration: all of it at once. @throws Refused where anything is an error */
export function report(problems: readonly Problem[], { warn }: CallContext): Record<never, never> {
  const errors = problems.filter(({ severity }) => severity === 'error')
  for (const problem of problems) if (problem.severity === 'warning') warn(problem)
  if (errors.length > 0) throw new Refused(errors)
  return {}
}
