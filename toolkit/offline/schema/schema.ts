import type { Value } from '../wire/value.ts'
import type { Vendor } from './vendor.ts'

/** A type as Terraform writes it in JSON: `"string"`, `["list", "string"]`, `["object", { "port": "number" }]`. */
export type AttributeType =
  | 'string'
  | 'number'
  | 'bool'
  | 'dynamic'
  | readonly ['list' | 'set' | 'map', AttributeType]
  | readonly ['object', Readonly<Record<string, AttributeType>>]

export interface Attribute {
  readonly type: AttributeType
  readonly required?: boolean
  readonly optional?: boolean
  /** The vendor fills it in; without `optional` nobody else may. */
  readonly computed?: boolean
  readonly sensitive?: boolean
  /** Planned where nothing is written. @default the vendor fills it in, or it stays unset */
  readonly default?: Value
  /** Handed on to the vendor and kept in no state and no plan. */
  readonly writeOnly?: boolean
}

/** What holds arguments of its own: a block, or an attribute that is an object or several. */
export interface NestedBlock {
  readonly nesting: 'single' | 'list' | 'set' | 'map'
  readonly block: Block
  readonly required: boolean
  /** The package tells only whether there may be one or many. */
  readonly atMostOne: boolean
  /** Of an attribute: it may be unset as a whole, and is written with `=`. @default it is a block */
  readonly attribute?: Pick<Attribute, 'required' | 'optional' | 'computed'>
}

export interface Block {
  readonly attributes: Readonly<Record<string, Attribute>>
  readonly blocks: Readonly<Record<string, NestedBlock>>
}

export type SchemaKind = 'resource' | 'data' | 'ephemeral'

/** What a provider of one version offers, as far as it was asked for. */
export interface ProviderSchema {
  readonly vendor: Vendor
  /** Of the provider, not of the package: `6.25.0`. */
  readonly version: string
  readonly provider: Block
  readonly resource: Readonly<Record<string, Block>>
  readonly data: Readonly<Record<string, Block>>
  readonly ephemeral: Readonly<Record<string, Block>>
}
