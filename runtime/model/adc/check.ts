import { Ajv, type ErrorObject } from 'ajv'
import { nearestTo } from '../nearest-word.ts'
import { FORMATS } from './fields.ts'
import { adcFile } from './schema.ts'
import type { Path } from './source-file.ts'

export interface Mistake {
  readonly path: Path
  readonly text: string
}

const ajv = new Ajv({ allErrors: true, verbose: true, strict: false, unicodeRegExp: false, formats: FORMATS })
const validate = ajv.compile(adcFile)

/** Everything in a normalised file that does not fit the format, all at once. */
export function checkFormat(value: unknown): Mistake[] {
  if (validate(value)) return []
  const errors = validate.errors ?? []
  validate.errors = null
  // What stands inside a choice is told by the choice itself.
  return errors.filter(({ schemaPath }) => !/\/(anyOf|oneOf)\/\d+\//.test(schemaPath)).map(mistakeOf(value))
}

function mistakeOf(root: unknown) {
  return (error: ErrorObject): Mistake => {
    const path = pathOf(error.instancePath, root)
    if (error.keyword === 'additionalProperties') {
      const { additionalProperty: key } = error.params as { additionalProperty: string }
      const known = Object.keys((error.parentSchema as { properties?: object } | undefined)?.properties ?? {})
      const nearest = nearestTo(key, known)
      return {
        path: [...path, key],
        text: `is not a field of the format; ${nearest?.[0] === key[0] ? `did you mean ${nearest}?` : `known are ${known.join(', ')}`}`,
      }
    }
    if (error.keyword === 'required') {
      return {
        path,
        text: `has no ${(error.params as { missingProperty: string }).missingProperty}, which it must have`,
      }
    }
    return { path, text: `${textOf(error)}, and is ${shown(error.data)}` }
  }
}

function textOf({ keyword, params, message = '', parentSchema }: ErrorObject): string {
  switch (keyword) {
    case 'type':
      return `must be ${article(String(params.type))}`
    case 'enum':
      return `must be one of ${(params.allowedValues as string[]).join(', ')}`
    case 'format':
      return 'must be an IPv4 or IPv6 address, or a CIDR range'
    case 'minItems':
      return `must have at least ${params.limit} ${params.limit === 1 ? 'item' : 'items'}`
    case 'minLength':
      return params.limit === 1 ? 'must not be empty' : `must be at least ${params.limit} characters long`
    case 'maxLength':
      return `must be at most ${params.limit} characters long`
    case 'anyOf': {
      const { description } = parentSchema as { description?: string }
      return description ? `must be ${description}` : 'must be text or a list of texts'
    }
    case 'pattern': {
      const { description } = parentSchema as { description?: string }
      return description ? `must be ${description}` : message
    }
    default:
      return message
  }
}

function article(type: string): string {
  const words: Record<string, string> = {
    array: 'a list',
    object: 'an object',
    string: 'text',
    integer: 'a whole number',
    number: 'a number',
    boolean: 'true or false',
  }
  return words[type] ?? type
}

/** A value in a few words; long text is never repeated, since it may be a secret. */
function shown(value: unknown): string {
  if (typeof value === 'string') {
    return value.length > 40 || value.includes('\n') ? `text of ${value.length} characters` : JSON.stringify(value)
  }
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (typeof value === 'object' && value !== null) return 'an object'
  return value === null ? 'empty' : String(value)
}

/** A JSON pointer as steps; those into lists are numbers. */
function pathOf(pointer: string, root: unknown): Path {
  const path: (string | number)[] = []
  let here = root
  for (const step of pointer.split('/').slice(1)) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~')
    path.push(Array.isArray(here) ? Number(key) : key)
    here = (here as Record<string, unknown> | undefined)?.[key]
  }
  return path
}
