import { bool, bytes, int, list, type MessageType, map, message, present, string, type Write } from './message.ts'

/**
 * The messages and calls of Terraform's plugin protocol 6.8
 * (https://developer.hashicorp.com/terraform/plugin/terraform-plugin-protocol), under their own names. Fields that are
 * deprecated, or that only providers built on Terraform's first SDK use, are left out.
 */
export const SEVERITY = { error: 1, warning: 2 } as const
export const NESTING = { single: 1, list: 2, set: 3, map: 4 } as const
export const MARKDOWN = 1

const DynamicValue = { msgpack: bytes(1), json: bytes(2) }
export type WireValue = Write<typeof DynamicValue>

const Step = {
  attribute_name: present(string(1)),
  element_key_string: present(string(2)),
  element_key_int: present(int(3)),
}
const AttributePath = { steps: list(message(1, () => Step)) }
const Diagnostic = {
  severity: int(1),
  summary: string(2),
  detail: string(3),
  attribute: message(4, () => AttributePath),
}
export type WireDiagnostic = Write<typeof Diagnostic>

/** Written out, since it holds itself. */
export interface WireAttribute {
  readonly name: string
  readonly type?: Uint8Array
  readonly nested_type?: { readonly attributes: readonly WireAttribute[]; readonly nesting: number }
  readonly description?: string
  readonly required?: boolean
  readonly optional?: boolean
  readonly computed?: boolean
  readonly sensitive?: boolean
  readonly description_kind?: number
  readonly deprecated?: boolean
  readonly write_only?: boolean
}
const Attribute: MessageType = {
  name: string(1),
  type: bytes(2),
  description: string(3),
  required: bool(4),
  optional: bool(5),
  computed: bool(6),
  sensitive: bool(7),
  description_kind: int(8),
  deprecated: bool(9),
  nested_type: message(10, () => ({ attributes: list(message(1, () => Attribute)), nesting: int(3) })),
  write_only: bool(11),
}
const Block = {
  version: int(1),
  attributes: list({ ...message(2, () => Attribute), kind: {} as WireAttribute }),
  description: string(4),
  description_kind: int(5),
  deprecated: bool(6),
}
const Schema = { version: int(1), block: message(2, () => Block) }
export type WireSchema = Write<typeof Schema>

const Parameter = {
  name: string(1),
  type: bytes(2),
  allow_null_value: bool(3),
  allow_unknown_values: bool(4),
  description: string(5),
  description_kind: int(6),
}
const FunctionMessage = {
  parameters: list(message(1, () => Parameter)),
  variadic_parameter: message(2, () => Parameter),
  return: message(3, () => ({ type: bytes(1) })),
  summary: string(4),
  description: string(5),
  description_kind: int(6),
  deprecation_message: string(7),
}
export type WireFunction = Write<typeof FunctionMessage>

const ServerCapabilities = {
  plan_destroy: bool(1),
  get_provider_schema_optional: bool(2),
  move_resource_state: bool(3),
}
const ClientCapabilities = { deferral_allowed: bool(1), write_only_attributes_allowed: bool(2) }
const Timestamp = { seconds: int(1), nanos: int(2) }
const RawState = { json: bytes(1), flatmap: map(string(2)) }
const ImportedResource = {
  type_name: string(1),
  state: message(2, () => DynamicValue),
  private: bytes(3),
}

const value = (number: number) => message(number, () => DynamicValue)
const diagnostics = (number: number) => list(message(number, () => Diagnostic))
const schemas = (number: number) => map(message(number, () => Schema))
const clientCapabilities = (number: number) => message(number, () => ClientCapabilities)
const configOf = { type_name: string(1), config: value(2) }
const named = (number: number) => list(message(number, () => ({ type_name: string(1) })))
const timestamp = (number: number) => message(number, () => Timestamp)
const capabilities = (number: number) => message(number, () => ServerCapabilities)

/** Requests and responses by the name of the call. */
export const CALLS = {
  GetMetadata: {
    request: {},
    response: {
      server_capabilities: capabilities(1),
      diagnostics: diagnostics(2),
      data_sources: named(3),
      resources: named(4),
      functions: list(message(5, () => ({ name: string(1) }))),
      ephemeral_resources: named(6),
    },
  },
  GetProviderSchema: {
    request: {},
    response: {
      provider: message(1, () => Schema),
      resource_schemas: schemas(2),
      data_source_schemas: schemas(3),
      diagnostics: diagnostics(4),
      server_capabilities: capabilities(6),
      functions: map(message(7, () => FunctionMessage)),
      ephemeral_resource_schemas: schemas(8),
    },
  },
  ValidateProviderConfig: { request: { config: value(1) }, response: { diagnostics: diagnostics(2) } },
  ValidateResourceConfig: { request: configOf, response: { diagnostics: diagnostics(1) } },
  ValidateDataResourceConfig: { request: configOf, response: { diagnostics: diagnostics(1) } },
  ValidateEphemeralResourceConfig: { request: configOf, response: { diagnostics: diagnostics(1) } },
  UpgradeResourceState: {
    request: { type_name: string(1), version: int(2), raw_state: message(3, () => RawState) },
    response: { upgraded_state: value(1), diagnostics: diagnostics(2) },
  },
  ConfigureProvider: {
    request: { terraform_version: string(1), config: value(2), client_capabilities: clientCapabilities(3) },
    response: { diagnostics: diagnostics(1) },
  },
  ReadResource: {
    request: { type_name: string(1), current_state: value(2), private: bytes(3) },
    response: { new_state: value(1), diagnostics: diagnostics(2), private: bytes(3) },
  },
  PlanResourceChange: {
    request: {
      type_name: string(1),
      prior_state: value(2),
      proposed_new_state: value(3),
      config: value(4),
      prior_private: bytes(5),
    },
    response: {
      planned_state: value(1),
      requires_replace: list(message(2, () => AttributePath)),
      planned_private: bytes(3),
      diagnostics: diagnostics(4),
    },
  },
  ApplyResourceChange: {
    request: {
      type_name: string(1),
      prior_state: value(2),
      planned_state: value(3),
      config: value(4),
      planned_private: bytes(5),
    },
    response: { new_state: value(1), private: bytes(2), diagnostics: diagnostics(3) },
  },
  ImportResourceState: {
    request: { type_name: string(1), id: string(2) },
    response: { imported_resources: list(message(1, () => ImportedResource)), diagnostics: diagnostics(2) },
  },
  MoveResourceState: {
    request: {
      source_provider_address: string(1),
      source_type_name: string(2),
      source_schema_version: int(3),
      source_state: message(4, () => RawState),
      target_type_name: string(5),
      source_private: bytes(6),
    },
    response: { target_state: value(1), diagnostics: diagnostics(2), target_private: bytes(3) },
  },
  ReadDataSource: { request: configOf, response: { state: value(1), diagnostics: diagnostics(2) } },
  OpenEphemeralResource: {
    request: configOf,
    response: { diagnostics: diagnostics(1), renew_at: timestamp(2), result: value(3), private: present(bytes(4)) },
  },
  RenewEphemeralResource: {
    request: { type_name: string(1), private: bytes(2) },
    response: { diagnostics: diagnostics(1), renew_at: timestamp(2), private: present(bytes(3)) },
  },
  CloseEphemeralResource: {
    request: { type_name: string(1), private: bytes(2) },
    response: { diagnostics: diagnostics(1) },
  },
  GetFunctions: {
    request: {},
    response: { functions: map(message(1, () => FunctionMessage)), diagnostics: diagnostics(2) },
  },
  CallFunction: {
    request: { name: string(1), arguments: list(message(2, () => DynamicValue)) },
    response: {
      result: value(1),
      error: message(2, () => ({ text: string(1), function_argument: present(int(2)) })),
    },
  },
  StopProvider: { request: {}, response: { Error: string(1) } },
} as const

export type CallName = keyof typeof CALLS

export function pathOf(name: CallName): string {
  return `/tfplugin6.Provider/${name}`
}
