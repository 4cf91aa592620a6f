import { AddressSet } from './address-set.ts'

/** Where an expression finds its variables: `arg_id`, `http_accept`, `uri`. Undefined for what is not there. */
export interface VariableScope {
  variable(name: string): unknown
}

/** A compiled expression over request variables. */
export type Expression = (scope: VariableScope) => boolean

type Comparison = (left: unknown) => boolean

const COMBINE: Readonly<Record<string, (parts: readonly Expression[]) => Expression>> = {
  AND: (parts) => (scope) => parts.every((part) => part(scope)),
  OR: (parts) => (scope) => parts.some((part) => part(scope)),
  '!AND': (parts) => (scope) => !parts.every((part) => part(scope)),
  '!OR': (parts) => (scope) => !parts.some((part) => part(scope)),
}

/** What each operator does with its right side, prepared once. */
const OPERATORS: Readonly<Record<string, (right: unknown) => Comparison>> = {
  '==': (right) => (left) => equal(left, right),
  '~=': (right) => (left) => !equal(left, right),
  '>': (right) => (left) => ordered(left, right, (a, b) => a > b),
  '>=': (right) => (left) => ordered(left, right, (a, b) => a >= b),
  '<': (right) => (left) => ordered(left, right, (a, b) => a < b),
  '<=': (right) => (left) => ordered(left, right, (a, b) => a <= b),
  '~~': (right) => matching(right, ''),
  '~*': (right) => matching(right, 'i'),
  in: (right) => {
    const choices = listOf(right, 'in')
    return (left) => choices.some((choice) => equal(left, choice))
  },
  has: (right) => (left) => Array.isArray(left) && left.some((item) => equal(item, right)),
  ipmatch: (right) => {
    const addresses = addressesOf(right)
    return (left) => typeof left === 'string' && addresses.has(left)
  },
}

/**
 * Compiles the expressions that APISIX calls `vars` and `filter`: a list of `[variable, operator, value]`, all of which
 * must hold; `[variable, "!", operator, value]` reverses one; a list that begins with `AND`, `OR`, `!AND` or `!OR`
 * combines its parts, which may be such lists again. `[variable, value]` is the oldest form of `==`.
 *
 * @throws Error that says what cannot be understood, in APISIX's words where it has any
 */
export function compileExpression(raw: unknown): Expression {
  if (!Array.isArray(raw)) throw new Error(`expected a list, got ${JSON.stringify(raw)}`)
  if (raw.length === 0) return () => true
  if (!Array.isArray(raw[0]) && !combinationOf(raw)) throw new Error('rule should be wrapped inside brackets')
  return compilePart(raw)
}

/** The names of all variables an expression reads. */
export function variablesOf(raw: unknown): string[] {
  if (!Array.isArray(raw)) return []
  if (typeof raw[0] === 'string' && !combinationOf(raw)) return [raw[0]]
  return raw.flatMap(variablesOf)
}

function combinationOf([first]: readonly unknown[]) {
  return typeof first === 'string' ? COMBINE[first.toUpperCase()] : undefined
}

function compilePart(raw: unknown): Expression {
  if (!Array.isArray(raw)) throw new Error(`expected [variable, operator, value], got ${JSON.stringify(raw)}`)
  if (raw.length === 0) throw new Error('rule too short')
  if (Array.isArray(raw[0])) return COMBINE.AND!(raw.map(compilePart))
  const combine = combinationOf(raw)
  if (!combine) return compileComparison(raw)
  if (raw.length < 3) throw new Error('rule too short')
  return combine(raw.slice(1).map(compilePart))
}

function compileComparison(raw: readonly unknown[]): Expression {
  const reversed = raw.length === 4
  if (reversed && raw[1] !== '!') throw new Error("bad 'not' expression")
  const [name, word, value] = reversed ? [raw[0], raw[2], raw[3]] : raw
  if (word === undefined || typeof name !== 'string') throw new Error('invalid expression')
  const operator = String(word).toLowerCase()
  const isKnown = Object.hasOwn(OPERATORS, operator)
  if (!isKnown && value !== undefined) throw new Error(`invalid operator '${operator}'`)
  const compare = isKnown ? OPERATORS[operator]!(value) : OPERATORS['==']!(operator)
  return reversed ? (scope) => !compare(scope.variable(name)) : (scope) => compare(scope.variable(name))
}

function addressesOf(value: unknown): AddressSet {
  const texts = [value].flat()
  if (texts.length === 0 || texts[0] === undefined || texts[0] === null || texts[0] === '') {
    throw new Error('invalid ip address')
  }
  return new AddressSet(texts.map(String))
}

/** A request's variables are text, so a number on the right compares by value; `null` is what is not there. */
function equal(left: unknown, right: unknown): boolean {
  if (right === null) return left === undefined || left === null
  if (typeof right === 'number') return toNumber(left) === right
  if (typeof right === 'boolean') return String(left) === String(right)
  return left === right
}

function ordered(left: unknown, right: unknown, holds: (a: number, b: number) => boolean): boolean {
  const [a, b] = [toNumber(left), toNumber(right)]
  return a !== undefined && b !== undefined && holds(a, b)
}

function toNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value !== 'string' || value.trim() === '') return undefined
  const number = Number(value)
  return Number.isNaN(number) ? undefined : number
}

function matching(pattern: unknown, flags: string): Comparison {
  if (typeof pattern !== 'string') throw new Error(`expected a regular expression, got ${JSON.stringify(pattern)}`)
  const expression = compilePattern(pattern, flags)
  return (left) => (typeof left === 'string' || typeof left === 'number') && expression.test(String(left))
}

/**
 * A regular expression as users of APISIX write it, where `(?i)` in front ignores case.
 * @throws SyntaxError
 */
export function compilePattern(pattern: string, flags = ''): RegExp {
  return pattern.startsWith('(?i)')
    ? new RegExp(pattern.slice(4), flags.includes('i') ? flags : `${flags}i`)
    : new RegExp(pattern, flags)
}

function listOf(value: unknown, operator: string): unknown[] {
  if (!Array.isArray(value)) throw new Error(`${operator} needs a list, got ${JSON.stringify(value)}`)
  return value
}
