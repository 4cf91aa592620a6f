import { isIPv4, isIPv6 } from 'node:net'
import { Ajv, type AnySchema, type ErrorObject } from 'ajv'
import { decodePointerStep, schemaErrorText } from './schema-error.ts'

/** Returns what is wrong with a value, in the words of APISIX, or undefined. Never changes the value. */
export type SchemaCheck = (value: unknown) => string | undefined

/**
 * The order in which APISIX's validator looks at a schema's keywords. A value may break several; this decides which
 * one is told.
 */
const KEYWORD_ORDER = [
  'properties',
  'required',
  'dependencies',
  'patternProperties',
  'additionalProperties',
  'minProperties',
  'maxProperties',
  'minItems',
  'maxItems',
  'items',
  'additionalItems',
  'uniqueItems',
  'minLength',
  'maxLength',
  'pattern',
  'minimum',
  'exclusiveMinimum',
  'maximum',
  'exclusiveMaximum',
  'multipleOf',
  'enum',
  'allOf',
  'anyOf',
  'oneOf',
  'if',
  'not',
  'const',
]

function createAjv(): Ajv {
  const ajv = new Ajv({
    verbose: true,
    strictTypes: false,
    strictRequired: false,
    unicodeRegExp: false,
    formats: { ipv4: isIPv4, ipv6: isIPv6 },
  })
  const rank = (keyword: string) => KEYWORD_ORDER.indexOf(keyword)
  const typed = ajv.RULES.rules.filter((group) => group.type !== undefined)
  const untyped = ajv.RULES.rules.filter((group) => group.type === undefined)
  for (const group of ajv.RULES.rules) group.rules.sort((a, b) => rank(a.keyword) - rank(b.keyword))
  ajv.RULES.rules.splice(0, Infinity, ...typed, ...untyped)
  return ajv
}

const ajv = createAjv()

/** Empty lists of one value that are looked at again as objects; few enough that a hostile one costs little. */
const MAX_EMPTY_LISTS = 16

/**
 * Compiles a schema once; the check itself is generated code. Inside a value, `[]` passes for `{}`: APISIX cannot tell
 * them apart, and clients written in PHP or Lua send one for the other.
 */
export function compileSchema(schema: object): SchemaCheck {
  const validate = ajv.compile(schema as AnySchema)
  return (value) => {
    let checked = value
    for (let emptyLists = 0; ; emptyLists++) {
      if (validate(checked)) return undefined
      const error = validate.errors?.at(-1)
      // The reference to the value would otherwise live until the next check.
      validate.errors = null
      if (!error) return 'does not match its schema'
      if (emptyLists === MAX_EMPTY_LISTS || !isEmptyListForObject(error)) return schemaErrorText(error)
      if (emptyLists === 0) checked = structuredClone(value)
      replaceByObject(checked, error.instancePath)
    }
  }
}

function isEmptyListForObject({ keyword, schema, data, instancePath }: ErrorObject): boolean {
  return keyword === 'type' && schema === 'object' && instancePath !== '' && Array.isArray(data) && data.length === 0
}

function replaceByObject(value: unknown, path: string): void {
  const steps = path.split('/').slice(1).map(decodePointerStep)
  const last = steps.pop()!
  const parent = steps.reduce((inner, step) => (inner as Record<string, unknown>)[step], value)
  Object.assign(parent as object, { [last]: {} })
}
