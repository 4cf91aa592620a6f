import { isIP } from 'node:net'
import { Type } from 'typebox'

/**
 * Fields that several resources of an ADC file share. Bounds and defaults are those of ADC 0.28. A default is filled in
 * when the file is read, because ADC sends it: a control plane gets the same bodies from either.
 */

export const id = Type.String({ minLength: 1, maxLength: 256, pattern: '^[a-zA-Z0-9-_.]+$' })

export const name = Type.String({ minLength: 1, maxLength: 65_536 })

export const description = Type.Optional(Type.String({ maxLength: 65_536 }))

/** A list becomes its JSON text on the control plane, whose labels are text. */
export const labels = Type.Optional(
  Type.Unsafe<Readonly<Record<string, string | readonly string[]>>>({
    type: 'object',
    additionalProperties: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
  }),
)

/** Configurations by plugin name. Their fields are for the control plane to judge. */
export const plugins = Type.Unsafe<Readonly<Record<string, Readonly<Record<string, unknown>>>>>({
  type: 'object',
  additionalProperties: { type: 'object' },
})

export const host = Type.String({ minLength: 1 })

export const port = Type.Integer({ minimum: 1, maximum: 65_535 })

const seconds = Type.Number({ exclusiveMinimum: 0 })

export const timeout = Type.Object({ connect: seconds, send: seconds, read: seconds }, { additionalProperties: false })

/** PEM text, or where the data plane finds it: `$secret://…`, `$env://…`. */
export function pemOrReference(minLength: number) {
  return Type.Unsafe<string>({
    type: 'string',
    anyOf: [{ minLength, maxLength: 65_536 }, { pattern: '^\\$(secret|env)://' }],
    description: 'PEM text, or a reference $secret://… or $env://…',
  })
}

/** Formats that the schemas name. */
export const FORMATS = { 'address-or-range': isAddressOrRange }

/** An IPv4 or IPv6 address, or a CIDR range of either. */
function isAddressOrRange(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/')
  const version = isIP(address)
  if (version === 0 || rest.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
}
