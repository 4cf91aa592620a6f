import { type TerraformMetaArguments, TerraformResource, Token, Tokenization } from 'cdktf'
import type { Construct } from 'constructs'

/** An open object, as the Admin API has it in JSON: its names are kept as they are written. */
// biome-ignore lint/suspicious/noExplicitAny: whatever a plugin or an expression takes
export type Any = any

const PROVIDER = { providerName: 'antipode' }
const META = new Set(['dependsOn', 'count', 'forEach', 'provider', 'lifecycle', 'provisioners', 'connection'])
/** Whose names are not those of arguments. */
const OPEN = new Set([
  'plugins',
  'metadata',
  'labels',
  'vars',
  'conf',
  'logger',
  'routes',
  'statement',
  'config',
  'configWo',
])

/** A resource of the provider `antipode/antipode`. Every attribute can be referred to by `interpolationForAttribute`. */
export class GatewayResource extends TerraformResource {
  readonly #fields: Readonly<Record<string, unknown>>

  constructor(scope: Construct, id: string, type: string, config: TerraformMetaArguments) {
    super(scope, id, { terraformResourceType: type, terraformGeneratorMetadata: PROVIDER, ...config })
    const fields = Object.entries(config).filter(([name, value]) => !META.has(name) && value !== undefined)
    this.#fields = argumentsOf(Object.fromEntries(fields))
  }

  protected override synthesizeAttributes(): { [name: string]: unknown } {
    return this.#fields
  }
}

/** Fields under the names that Terraform has for them. */
export function argumentsOf(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(fields).map(([name, value]) => {
    const argument = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    return [argument, OPEN.has(name) ? value : nested(value)] as const
  })
  return Object.fromEntries(entries)
}

function nested(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(nested)
  const isPlain =
    typeof value === 'object' && value !== null && !Tokenization.isResolvable(value) && !Token.isUnresolved(value)
  return isPlain ? argumentsOf(value as Readonly<Record<string, unknown>>) : value
}
