import type { PluginSchema } from '../model/plugin-schema.ts'
import type { VariableScope } from '../model/variable-expression.ts'

/**
 * How a plugin takes part in a call.
 *
 * `compile` runs once for each configuration that a route, service or consumer gives the plugin; what it returns holds
 * everything prepared and has only the phases that do something, so that a call pays for nothing else. Phases of a call,
 * each from the highest priority to the lowest: `rewrite`, then `access`, then `beforeProxy`; with the answer
 * `headerFilter`, `bodyFilter`; when it is over `log`.
 */
export interface Plugin {
  readonly schema: PluginSchema
  /** @throws Error when the configuration cannot be used; its resource is then refused. */
  compile(configuration: PluginConfiguration): PluginInstance
  /** Of a plugin that identifies consumers: what in a consumer's configuration a caller is recognised by. */
  readonly identityOf?: (configuration: PluginConfiguration) => string | undefined
}

/** As stored: the schema has passed, defaults are not filled in. */
export type PluginConfiguration = Readonly<Record<string, unknown>>

/** Ends a call. A body that is neither text nor bytes is sent as JSON. */
export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** Nothing lets the call go on. */
export type Outcome = Answer | undefined

export type Phase = (call: PluginCall) => Outcome | Promise<Outcome>

export interface PluginInstance {
  readonly rewrite?: Phase
  readonly access?: Phase
  readonly beforeProxy?: Phase
  /** May change the answer's status and fields before they leave. */
  readonly headerFilter?: (call: PluginCall, answer: AnswerHead) => void
  /** Replaces each part of the answer's body; `last` comes with the final part, which may be empty. */
  readonly bodyFilter?: (call: PluginCall, part: Buffer, last: boolean) => Buffer
  readonly log?: (call: PluginCall) => void
}

export interface AnswerHead {
  status: number
  readonly headers: HeaderFields
}

/** Fields of a message; names compare without case. */
export interface HeaderFields {
  /** The first field of this name. */
  get(name: string): string | undefined
  /** Replaces all fields of this name. */
  set(name: string, value: string): void
  add(name: string, value: string): void
  remove(name: string): void
}

export interface Consumer {
  readonly username: string
  readonly labels: Readonly<Record<string, string>>
}

export interface ConsumerDirectory {
  byName(username: string): Consumer | undefined
  /** The consumer whose configuration of this plugin has this identity. */
  byIdentity(plugin: string, identity: string): Consumer | undefined
}

/** One call, as plugins see it. Variables are those of APISIX: `arg_id`, `http_accept`, `consumer_name`, … */
export interface PluginCall extends VariableScope {
  readonly method: string
  /** Normalised, as matched. */
  readonly path: string
  /** As the client wrote it. */
  readonly target: string
  readonly consumers: ConsumerDirectory
  readonly consumer: Consumer | undefined
  /** Attributes the call to a consumer, whose own plugins then take part. */
  attachConsumer(consumer: Consumer): void
  /** The first field of this name that the client sent. */
  header(name: string): string | undefined
  /** The first query argument of this name, decoded. */
  argument(name: string): string | undefined
  /** What goes to the upstream. */
  readonly upstream: UpstreamRequest
  /** Resolves after this time, or at once when the client leaves. */
  pause(seconds: number): Promise<void>
}

export interface UpstreamRequest {
  method: string
  /** Path and query. */
  target: string
  /** `Host`, where the upstream passes the client's on; undefined: the client's. */
  host: string | undefined
  readonly headers: HeaderFields
  removeArgument(name: string): void
}
