import type { Field, FieldType, MessageType } from './protobuf.ts'

/**
 * The messages of versions 5 and 6 of the Terraform plugin protocol
 * (https://developer.hashicorp.com/terraform/plugin/terraform-plugin-protocol) that an offline provider reads and
 * writes. Fields it has no use for are left out: they are skipped when read, and absent when written.
 */
export type ProtocolVersion = 5 | 6

const one = (number: number, type: FieldType): Field => ({ number, type })
const list = (number: number, type: FieldType): Field => ({ number, type, many: 'list' })
const map = (number: number, type: FieldType): Field => ({ number, type, many: 'map' })

const dynamicValue: MessageType = { msgpack: one(1, 'bytes'), json: one(2, 'bytes') }
const step: MessageType = {
  attribute: { ...one(1, 'string'), oneOf: true },
  key: { ...one(2, 'string'), oneOf: true },
  index: { ...one(3, 'int'), oneOf: true },
}
const attributePath: MessageType = { steps: list(1, step) }
const diagnostic: MessageType = {
  severity: one(1, 'int'),
  summary: one(2, 'string'),
  detail: one(3, 'string'),
  attribute: one(4, attributePath),
}
const attribute: MessageType = {
  name: one(1, 'string'),
  type: one(2, 'bytes'),
  required: one(4, 'bool'),
  optional: one(5, 'bool'),
  computed: one(6, 'bool'),
  sensitive: one(7, 'bool'),
}
/** Version 6 knows attributes with attributes of their own, in the place of what was write-only in version 5. */
const attributeOf: Readonly<Record<ProtocolVersion, MessageType>> = {
  5: { ...attribute, writeOnly: one(10, 'bool') },
  6: {
    ...attribute,
    nested: one(10, () => ({ attributes: list(1, () => attributeOf[6]), nesting: one(3, 'int') })),
    writeOnly: one(11, 'bool'),
  },
}
const schemaOf = (version: ProtocolVersion): MessageType => {
  const block: MessageType = {
    attributes: list(2, attributeOf[version]),
    blocks: list(3, {
      name: one(1, 'string'),
      block: one(2, () => block),
      nesting: one(3, 'int'),
      minItems: one(4, 'int'),
      maxItems: one(5, 'int'),
    }),
  }
  return { version: one(1, 'int'), block: one(2, block) }
}
const serverCapabilities: MessageType = { planDestroy: one(1, 'bool') }
const rawState: MessageType = { json: one(1, 'bytes') }
const importedResource: MessageType = { type: one(1, 'string'), state: one(2, dynamicValue) }

const typed = (name: string): MessageType => ({ type: one(1, 'string'), [name]: one(2, dynamicValue) })
const diagnosed = (number: number): MessageType => ({ diagnostics: list(number, diagnostic) })

const schemaResponse = (version: ProtocolVersion) => {
  const schema = schemaOf(version)
  return {
    provider: one(1, schema),
    resources: map(2, schema),
    dataSources: map(3, schema),
    diagnostics: list(4, diagnostic),
    capabilities: one(6, serverCapabilities),
    ephemeralResources: map(8, schema),
  }
}

/** Requests and responses of version 5 by the name of the call. */
export const PLUGIN_CALLS = {
  GetSchema: { request: {}, response: schemaResponse(5) },
  PrepareProviderConfig: {
    request: { config: one(1, dynamicValue) },
    response: { config: one(1, dynamicValue), diagnostics: list(2, diagnostic) },
  },
  ValidateResourceTypeConfig: { request: typed('config'), response: diagnosed(1) },
  ValidateDataSourceConfig: { request: typed('config'), response: diagnosed(1) },
  ValidateEphemeralResourceConfig: { request: typed('config'), response: diagnosed(1) },
  UpgradeResourceState: {
    request: { type: one(1, 'string'), version: one(2, 'int'), state: one(3, rawState) },
    response: { state: one(1, dynamicValue), diagnostics: list(2, diagnostic) },
  },
  Configure: { request: typed('config'), response: diagnosed(1) },
  ReadResource: {
    request: typed('state'),
    response: { state: one(1, dynamicValue), diagnostics: list(2, diagnostic) },
  },
  PlanResourceChange: {
    request: {
      type: one(1, 'string'),
      prior: one(2, dynamicValue),
      proposed: one(3, dynamicValue),
      config: one(4, dynamicValue),
    },
    response: { planned: one(1, dynamicValue), replacedFor: list(2, attributePath), diagnostics: list(4, diagnostic) },
  },
  ApplyResourceChange: {
    request: {
      type: one(1, 'string'),
      prior: one(2, dynamicValue),
      planned: one(3, dynamicValue),
      config: one(4, dynamicValue),
    },
    response: { state: one(1, dynamicValue), diagnostics: list(3, diagnostic) },
  },
  ImportResourceState: {
    request: { type: one(1, 'string'), id: one(2, 'string') },
    response: { imported: list(1, importedResource), diagnostics: list(2, diagnostic) },
  },
  ReadDataSource: {
    request: typed('config'),
    response: { state: one(1, dynamicValue), diagnostics: list(2, diagnostic) },
  },
  OpenEphemeralResource: {
    request: typed('config'),
    response: { diagnostics: list(1, diagnostic), result: one(3, dynamicValue) },
  },
  CloseEphemeralResource: { request: {}, response: diagnosed(1) },
  GetFunctions: { request: {}, response: {} },
  Stop: { request: {}, response: {} },
} satisfies Record<string, { request: MessageType; response: MessageType }>

export type PluginCall = keyof typeof PLUGIN_CALLS

/** Requests and responses of a version, by the names that they have in version 5. */
export function pluginCalls(
  version: ProtocolVersion,
): Record<PluginCall, { request: MessageType; response: MessageType }> {
  if (version === 5) return PLUGIN_CALLS
  return { ...PLUGIN_CALLS, GetSchema: { request: {}, response: schemaResponse(6) } }
}

/** What version 6 calls otherwise. */
const RENAMED: Readonly<Partial<Record<PluginCall, string>>> = {
  GetSchema: 'GetProviderSchema',
  PrepareProviderConfig: 'ValidateProviderConfig',
  ValidateResourceTypeConfig: 'ValidateResourceConfig',
  ValidateDataSourceConfig: 'ValidateDataResourceConfig',
  Configure: 'ConfigureProvider',
  Stop: 'StopProvider',
}

/** The path of a call, such as `/tfplugin5.Provider/GetSchema`. */
export function callName(version: ProtocolVersion, call: PluginCall): string {
  return `/tfplugin${version}.Provider/${version === 6 ? (RENAMED[call] ?? call) : call}`
}

export const SEVERITY = { error: 1, warning: 2 } as const
export const NESTING = { single: 1, list: 2, set: 3, map: 4 } as const
