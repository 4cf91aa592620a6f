import { randomBytes } from 'node:crypto'
import { checkChange, refusesDeletion } from '../rules/apply-rules.ts'
import { checkArguments } from '../rules/argument-rules.ts'
import { replacedFor } from '../rules/replacement.ts'
import { withoutSuppressed } from '../rules/suppressed-changes.ts'
import { attributePlaces } from '../schema/block-values.ts'
import type { Block, ProviderSchema } from '../schema/schema.ts'
import type { Call } from '../wire/grpc-server.ts'
import { callName, type PluginCall, pluginCalls } from '../wire/plugin-protocol.ts'
import type { Message } from '../wire/protobuf.ts'
import { decodeValue, encodeValue, isObject, type Value, type ValueObject } from '../wire/value.ts'
import type { Cloud } from './cloud.ts'
import { attributePath, diagnosticOf, type Finding } from './diagnostic.ts'
import { fillIn, type ProviderSettings, planChange } from './plan-change.ts'
import { conform, schemaMessage } from './schema-message.ts'

const UNSET: ProviderSettings = { region: 'us-east-1', defaultTags: {} }
const EPHEMERAL_SECRET_BYTES = 24

/** What the providers of one run share. */
export interface ProviderSurroundings {
  /**
   * Gets every secret that was made up or handed on through a write-only argument, for whoever wants to see that none
   * is kept where it may not be.
   */
  readonly secrets: Set<string>
  /** Where resources can be changed behind Terraform's back. */
  readonly cloud: Cloud
}

/**
 * The calls of a provider that knows shapes and rules, and asks nobody: what its vendor would fill in is made up.
 *
 * @param schema every type that will be asked for
 */
export function offlineProvider(
  schema: ProviderSchema,
  { secrets, cloud }: ProviderSurroundings,
): Readonly<Record<string, Call>> {
  // Each Terraform that is running has a connection of its own for each provider it configures.
  const configured = new WeakMap<object, ProviderSettings>()
  const blockOf = (kind: 'resource' | 'data' | 'ephemeral', request: Message): { type: string; block: Block } => {
    const type = String(request.type)
    const block = schema[kind][type]
    if (!block) throw new Error(`${type} was not announced`)
    return { type, block }
  }
  const objectOf = (value: unknown): ValueObject | null => {
    const decoded = decodeValue(value)
    return isObject(decoded) ? decoded : null
  }

  const answers: Record<PluginCall, Call['answer']> = {
    GetSchema: () => schemaMessage(schema),
    PrepareProviderConfig: ({ config }) => ({ config }),
    Configure: ({ config }, caller) => {
      configured.set(caller, settingsOf(decodeValue(config)))
      return {}
    },
    ValidateResourceTypeConfig: (request) => {
      const { type, block } = blockOf('resource', request)
      return diagnostics(checkArguments(type, block, decodeValue(request.config)))
    },
    ValidateDataSourceConfig: () => ({}),
    ValidateEphemeralResourceConfig: () => ({}),
    UpgradeResourceState: (request) => {
      const { block } = blockOf('resource', request)
      const { json } = request.state as { json: Buffer }
      return { state: encodeValue(conform(block, JSON.parse(json.toString()) as Value)) }
    },
    ReadResource: (request) => {
      const state = objectOf(request.state)
      return { state: encodeValue(state && cloud.read(String(request.type), state)) }
    },
    PlanResourceChange: (request, caller) => {
      const { type, block } = blockOf('resource', request)
      const [prior, proposed, config] = [request.prior, request.proposed, request.config].map(objectOf)
      const settings = configured.get(caller) ?? UNSET
      const written = proposed && config ? planChange(block, proposed, config, settings) : null
      const planned = written && withoutSuppressed(type, prior ?? null, written)
      const change = { type, block, prior: prior ?? null, planned, config: config ?? null, version: schema.version }
      return {
        planned: encodeValue(planned),
        replacedFor: replacedFor(change).map(({ argument }) => attributePath([argument])),
        ...diagnostics(checkChange(change)),
      }
    },
    ApplyResourceChange: (request, caller) => {
      const { type, block } = blockOf('resource', request)
      const [prior, planned, config] = [request.prior, request.planned, request.config].map(objectOf)
      if (!planned) {
        const refusal = prior && refusesDeletion(type, prior)
        return refusal ? { state: encodeValue(prior), ...diagnostics([refusal]) } : { state: encodeValue(null) }
      }
      keepSecrets(secrets, block, config ?? null)
      const { region } = configured.get(caller) ?? UNSET
      const state = fillIn(type, block, planned, region, randomBytes(8).toString('hex'))
      cloud.written(type, state)
      return { state: encodeValue(state) }
    },
    ImportResourceState: (request, caller) => {
      const { type, block } = blockOf('resource', request)
      const id = String(request.id)
      const { region } = configured.get(caller) ?? UNSET
      const state = fillIn(type, block, { ...(conform(block, {}) as ValueObject), id }, region, id)
      return { imported: [{ type, state: encodeValue(state) }] }
    },
    ReadDataSource: (request, caller) => {
      const { type, block } = blockOf('data', request)
      const config = objectOf(request.config) ?? {}
      const { region } = configured.get(caller) ?? UNSET
      // The same question has the same answer, or every plan would find a change.
      const seed = JSON.stringify([region, config])
      return { state: encodeValue(fillIn(type, block, config, region, seed)) }
    },
    OpenEphemeralResource: (request, caller) => {
      const { type, block } = blockOf('ephemeral', request)
      const config = objectOf(request.config) ?? {}
      const { region } = configured.get(caller) ?? UNSET
      const secret = Object.fromEntries(
        attributePlaces(block, config)
          .filter(({ attribute }) => attribute.sensitive && attribute.type === 'string')
          .map(({ name }) => [name, randomBytes(EPHEMERAL_SECRET_BYTES).toString('hex')]),
      )
      for (const value of Object.values(secret)) secrets.add(value)
      return { result: encodeValue(fillIn(type, block, { ...config, ...secret }, region, type)) }
    },
    CloseEphemeralResource: () => ({}),
    GetFunctions: () => ({}),
    Stop: () => ({}),
  }
  const { protocol } = schema.vendor
  const calls = Object.entries(pluginCalls(protocol)).map(([name, messages]) => {
    return [callName(protocol, name as PluginCall), { ...messages, answer: answers[name as PluginCall] }] as const
  })
  return Object.fromEntries(calls)
}

function diagnostics(findings: readonly Finding[]): Message {
  return { diagnostics: findings.map(diagnosticOf) }
}

function settingsOf(config: Value): ProviderSettings {
  if (!isObject(config)) return UNSET
  const [first] = Array.isArray(config.default_tags) ? (config.default_tags as readonly Value[]) : []
  const tags = isObject(first) ? (first.tags ?? {}) : {}
  return { region: typeof config.region === 'string' ? config.region : UNSET.region, defaultTags: tags }
}

function keepSecrets(secrets: Set<string>, block: Block, config: Value): void {
  for (const { attribute, value } of attributePlaces(block, config)) {
    if (attribute.writeOnly && typeof value === 'string') secrets.add(value)
  }
}
