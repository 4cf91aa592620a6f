import { isIPv4, isIPv6 } from 'node:net'
import { Ajv, type AnySchema } from 'ajv'
import { schemaErrorText } from './schema-error.ts'

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

/** Compiles a schema once; the check itself is generated code. */
export function compileSchema(schema: object): SchemaCheck {
  const validate = ajv.compile(schema as AnySchema)
  return (value) => {
    if (validate(value)) return undefined
    const error = validate.errors?.at(-1)
    // The reference to the value would otherwise live until the next check.
    validate.errors = null
    return error ? schemaErrorText(error) : 'does not match its schema'
  }
}
