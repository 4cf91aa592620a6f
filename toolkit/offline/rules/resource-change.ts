import type { Block } from '../schema/schema.ts'
import type { ValueObject } from '../wire/value.ts'

/** A change of one resource as the provider sees it when it plans. */
export interface ResourceChange {
  readonly type: string
  readonly block: Block
  /** Null: it is created. */
  readonly prior: ValueObject | null
  /** Null: it is destroyed. */
  readonly planned: ValueObject | null
  /** As written, without what AWS fills in. */
  readonly config: ValueObject | null
  /** The version of the provider whose rules hold. */
  readonly version: string
}
