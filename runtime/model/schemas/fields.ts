import { type TSchema, Type } from 'typebox'

/**
 * Fields that several resources share. Patterns, bounds and defaults are those that Apache APISIX 3.17 documents,
 * because error texts quote them. A default is an annotation: nothing ever writes it into a stored resource.
 */

/** A string that is one of a few words. */
export function wordOf<const Words extends readonly string[]>(words: Words, options: object = {}) {
  return Type.Unsafe<Words[number]>({ type: 'string', enum: words, ...options })
}

/** The same schema with a description of its own. */
export function described<Schema extends TSchema>(schema: Schema, description: string): Schema {
  return { ...schema, description }
}

export const id = Type.Unsafe<string | number>({
  anyOf: [
    { type: 'string', minLength: 1, maxLength: 64, pattern: '^[a-zA-Z0-9-_.]+$' },
    // Beyond this a number and its text are no longer one id.
    { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
  ],
})

export const name = Type.String({ minLength: 1, maxLength: 256, description: 'name for people; need not be unique' })
export const description = Type.String({ maxLength: 256, description: 'what it is for' })

export const labels = Type.Unsafe<Record<string, string>>({
  type: 'object',
  description: 'labels by their names, to tell and select by',
  patternProperties: {
    '.*': { type: 'string', description: 'value of label', pattern: '^\\S+$', minLength: 1, maxLength: 256 },
  },
})

/** Seconds since 1970, written by the control plane alone. */
export const timestamp = Type.Integer({ description: 'seconds since 1970, written by the control plane' })

export const host = Type.String({ pattern: '^\\*$|^\\*?[0-9a-zA-Z-._\\[\\]:]+$' })

/** PEM. */
export const certificate = Type.String({ minLength: 128, maxLength: 65_536 })
/** PEM. */
export const privateKey = Type.String({ minLength: 32, maxLength: 65_536 })
/** Stands for a value that the data plane fetches from a manager of secrets or from its environment. */
export const reference = Type.String({ pattern: '^\\$(secret|env|ENV)://' })

const IPV4_PART = '([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])'
const IPV6 = '([a-fA-F0-9]{0,4}:){1,8}(:[a-fA-F0-9]{0,4}){0,8}([a-fA-F0-9]{0,4})?'

export const remoteAddress = Type.Unsafe<string>({
  type: 'string',
  description: 'client IP',
  anyOf: [
    { title: 'IPv4', type: 'string', format: 'ipv4' },
    {
      title: 'IPv4/CIDR',
      type: 'string',
      pattern: `^${Array(4).fill(IPV4_PART).join('\\.')}/([12]?[0-9]|3[0-2])$`,
    },
    { title: 'IPv6', type: 'string', format: 'ipv6' },
    { title: 'IPv6/CIDR', type: 'string', pattern: `^${IPV6}/[0-9]{1,3}$` },
  ],
})

const positiveSeconds = (description: string) => Type.Number({ exclusiveMinimum: 0, description })

/** Seconds. */
export const timeout = Type.Object(
  {
    connect: positiveSeconds('seconds until a node has accepted a connection'),
    send: positiveSeconds('seconds between two writes to a node'),
    read: positiveSeconds('seconds between two reads from a node'),
  },
  { description: 'how long a node may take, in seconds; 60 each where nothing is said' },
)

/** Each configuration is checked against its plugin's own schema afterwards. */
export const plugins = Type.Unsafe<Record<string, Readonly<Record<string, unknown>>>>({
  type: 'object',
  description: 'configurations of plugins by their names',
})

/** A Lua program, as APISIX's script plugin takes it. Refused after the schema, see `lua-refusal.ts`. */
export const script = Type.String({ minLength: 10, maxLength: 102_400 })
