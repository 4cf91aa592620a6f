import type { Problem } from './problem.ts'
import type { Schema } from './schema.ts'
import type { Json, Type, Value, ValueObject } from './values.ts'

/** What every call gets besides its values. */
export interface CallContext {
  /** Aborted when Terraform is asked to stop. */
  readonly signal: AbortSignal
  /** Adds a warning to the answer. */
  warn(problem: Omit<Problem, 'severity'>): void
}

/** A resource before and after a change. Any call ends with `Refused` where it cannot do what it is asked. */
export interface Change {
  /** null: it is created. */
  readonly prior: ValueObject | null
  /** What was planned; in `plan` what the planner made of the configuration. */
  readonly planned: ValueObject
  /** As written, write-only arguments included. */
  readonly config: ValueObject
}

export interface PlannedDeletion {
  readonly prior: ValueObject
}

/**
 * One type of resource. `Client` is what `configure` of the provider made of its configuration; it is undefined while
 * that is not known yet.
 */
export interface Resource<Client> {
  readonly schema: Schema
  /** Looks at a configuration by itself; values may be unknown. */
  validate?(config: ValueObject): readonly Problem[]
  /** Fills in what only the resource knows, and finds out what would fail. @default as the planner made it */
  plan?(client: Client | undefined, change: Change, context: CallContext): Promise<ValueObject>
  /** Finds out what would fail when it is deleted. */
  planDeletion?(client: Client | undefined, deletion: PlannedDeletion, context: CallContext): Promise<void>
  /**
   * What of a change can only become so in another resource, beyond attributes that say so themselves.
   *
   * @returns names of attributes
   */
  replaces?(client: Client | undefined, prior: ValueObject, planned: ValueObject): readonly string[]
  /** Learns that the state has a resource, before anything is planned for it. */
  seen?(client: Client | undefined, state: ValueObject): void
  /** @returns null where the resource is gone */
  read(client: Client, state: ValueObject, context: CallContext): Promise<ValueObject | null>
  /**
   * Creates or changes it.
   *
   * @returns the state after it, everything known
   */
  apply(client: Client, change: Change, context: CallContext): Promise<ValueObject>
  delete(client: Client, state: ValueObject, context: CallContext): Promise<void>
  /** What `read` needs to find a resource by the id that somebody gave. @default the attribute `id` */
  import?(id: string): ValueObject
  /** States of earlier versions, by their version: each becomes one of the next version. */
  readonly upgrades?: Readonly<Record<number, (state: Readonly<Record<string, Json>>) => Record<string, Json>>>
}

export interface DataSource<Client> {
  readonly schema: Schema
  read(client: Client, config: ValueObject, context: CallContext): Promise<ValueObject>
}

/** Something that lasts no longer than a run of Terraform and is kept nowhere. */
export interface EphemeralResource<Client> {
  readonly schema: Schema
  open(client: Client, config: ValueObject, context: CallContext): Promise<Opened>
  close?(client: Client, kept: Json, context: CallContext): Promise<void>
}

export interface Opened {
  readonly result: ValueObject
  /** What `close` is given. */
  readonly kept?: Json
}

export interface Parameter {
  readonly name: string
  readonly type: Type
  readonly description: string
  /** @default false */
  readonly nullable?: boolean
}

export interface ProviderFunction {
  readonly summary: string
  /** Markdown. */
  readonly description: string
  readonly parameters: readonly Parameter[]
  readonly returns: Type
  /** Same arguments, same result. @throws FunctionRefused */
  call(...values: Value[]): Value | Promise<Value>
}

/** What is wrong with an argument of a function. */
export class FunctionRefused extends Error {
  override readonly name = 'FunctionRefused'
  /** From 0; undefined where it is about all of them. */
  readonly argument: number | undefined

  constructor(message: string, argument?: number) {
    super(message)
    this.argument = argument
  }
}

/** Everything a provider offers. Names are those in configurations, `antipode_route`. */
export interface Provider<Client> {
  readonly schema: Schema
  validate?(config: ValueObject): readonly Problem[]
  /** @returns undefined where the configuration is not known yet, so that nobody can be asked */
  configure(config: ValueObject, context: CallContext & { readonly terraform: string }): Promise<Client | undefined>
  readonly resources: Readonly<Record<string, Resource<Client>>>
  readonly dataSources: Readonly<Record<string, DataSource<Client>>>
  readonly ephemeralResources: Readonly<Record<string, EphemeralResource<Client>>>
  readonly functions: Readonly<Record<string, ProviderFunction>>
}

/** Ends an `apply` that got only so far: this is what there is, and what went wrong. */
export class Incomplete extends Error {
  override readonly name = 'Incomplete'
  readonly state: ValueObject

  constructor(state: ValueObject, cause: unknown) {
    super('a change was not completed', { cause })
    this.state = state
  }
}
