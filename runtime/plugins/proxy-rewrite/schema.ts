import { Type } from 'typebox'
import type { PluginSchema } from '../../model/plugin-schema.ts'
import { compilePattern } from '../../model/variable-expression.ts'

type Values = Readonly<Record<string, string | number>>

/** Carried out in this order: added, removed, set. */
export interface HeaderChanges {
  readonly add?: Values
  readonly remove?: readonly string[]
  readonly set?: Values
}

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const HEADER_VALUE = /^[^\x00-\x08\x0a-\x1f\x7f]*$/
const METHODS = ['GET', 'POST', 'PUT', 'HEAD', 'DELETE', 'OPTIONS', 'MKCOL', 'COPY', 'MOVE', 'PROPFIND', 'LOCK']
const headerValue = Type.Union([Type.String(), Type.Number()])
/** Header names hold no colon. */
const headerValues = Type.Record(Type.String({ pattern: '^[^:]+$' }), headerValue, { minProperties: 1 })

export const schema: PluginSchema = {
  name: 'proxy-rewrite',
  priority: 1008,
  schema: Type.Object(
    {
      uri: Type.Optional(
        Type.String({ minLength: 1, maxLength: 4096, pattern: '^\\/.*', description: 'New path; `$var` is replaced.' }),
      ),
      method: Type.Optional(Type.Enum([...METHODS, 'UNLOCK', 'PATCH', 'TRACE'])),
      regex_uri: Type.Optional(
        Type.Array(Type.String({ maxLength: 4096 }), {
          minItems: 2,
          description: 'Pairs of expression and replacement for the path, the first that matches counts; `uri` wins.',
        }),
      ),
      host: Type.Optional(
        Type.String({ pattern: '^[0-9a-zA-Z-.]+(:\\d{1,5})?$', description: 'Host header for the upstream.' }),
      ),
      headers: Type.Optional(
        Type.Union([
          Type.Object(
            {
              add: Type.Optional(headerValues),
              set: Type.Optional(headerValues),
              remove: Type.Optional(Type.Array(Type.String({ pattern: '^[^:]+$' }), { minItems: 1 })),
            },
            { minProperties: 1, additionalProperties: false },
          ),
          headerValues,
        ]),
      ),
      use_real_request_uri_unsafe: Type.Optional(
        Type.Boolean({ default: false, description: 'Send the target as the client wrote it, not normalised.' }),
      ),
    },
    { minProperties: 1 },
  ),
  check: ({ regex_uri: pairs, headers }) =>
    checkPairs((pairs ?? []) as string[]) ?? checkHeaderChanges(readHeaderChanges(headers ?? {})),
}

function checkPairs(pairs: readonly string[]): string | undefined {
  if (pairs.length % 2 !== 0) return 'The length of regex_uri should be an even number'
  for (let index = 0; index < pairs.length; index += 2) {
    try {
      compilePattern(pairs[index]!)
    } catch (error) {
      return `invalid regex_uri(${pairs[index]}): ${(error as Error).message}`
    }
  }
  return undefined
}

/** `headers` in its long form, or in the short one, which only sets. */
export function readHeaderChanges(headers: object): HeaderChanges {
  const changes = headers as HeaderChanges
  const isLong = typeof changes.add === 'object' || typeof changes.set === 'object' || Array.isArray(changes.remove)
  return isLong ? changes : { set: headers as Values }
}

/** @returns what could never stand in a request, in the words of APISIX, or undefined */
function checkHeaderChanges({ add = {}, remove = [], set = {} }: HeaderChanges): string | undefined {
  const names = [...Object.keys(add), ...remove, ...Object.keys(set)]
  if (!names.every((name) => HEADER_NAME.test(name))) return 'invalid field character in header'
  const values = [...Object.values(add), ...Object.values(set)]
  return values.every((value) => HEADER_VALUE.test(String(value))) ? undefined : 'invalid value character in header'
}
