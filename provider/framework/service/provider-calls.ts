import { type Calls, call } from '../plugin/grpc-server.ts'
import { refused } from '../problem.ts'
import { FunctionRefused, type Provider } from '../provider.ts'
import type { Json } from '../values.ts'
import { CALLS } from '../wire/plugin-protocol.ts'
import { decodeValue, encodeValue } from '../wire/value-codec.ts'
import { demandObject, diagnosed, named, report, type Session, writeObject } from './answers.ts'
import { CAPABILITIES, encodeSchema, functionMessages } from './encode-schema.ts'

/** The calls to the provider as a whole: what it offers, and how it is configured. */
export function providerCalls<Client>(provider: Provider<Client>, session: Session<Client>): Calls {
  const { resources, dataSources, ephemeralResources, functions } = provider
  const names = (all: object) => Object.keys(all).map((type_name) => ({ type_name }))

  return {
    GetMetadata: call(CALLS.GetMetadata, () => ({
      ...{ server_capabilities: CAPABILITIES, resources: names(resources), data_sources: names(dataSources) },
      ephemeral_resources: names(ephemeralResources),
      functions: Object.keys(functions).map((name) => ({ name })),
    })),

    GetProviderSchema: call(CALLS.GetProviderSchema, () => encodeSchema(provider)),

    ValidateProviderConfig: call(CALLS.ValidateProviderConfig, ({ config }) =>
      diagnosed(session, 'validating the provider', (context) => {
        return report(provider.validate?.(demandObject(provider.schema, config)) ?? [], context)
      }),
    ),

    ConfigureProvider: call(CALLS.ConfigureProvider, ({ terraform_version, config }) =>
      diagnosed(session, 'configuring the provider', async (context) => {
        const settings = demandObject(provider.schema, config)
        session.client = await provider.configure(settings, { ...context, terraform: terraform_version })
        return {}
      }),
    ),

    GetFunctions: call(CALLS.GetFunctions, () => ({ functions: functionMessages(functions) })),

    CallFunction: call(CALLS.CallFunction, async ({ name, arguments: given }) => {
      const { parameters, returns, call: run } = named(functions, name)
      try {
        const values = parameters.map(({ type }, index) => decodeValue(type, given[index]))
        return { result: encodeValue(returns, await run(...values)) }
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error)
        return { error: { text, function_argument: error instanceof FunctionRefused ? error.argument : undefined } }
      }
    }),

    StopProvider: call(CALLS.StopProvider, () => {
      session.stop.abort(new Error('Terraform was asked to stop'))
      return {}
    }),
  }
}

/** The calls of what is read, and of what lasts no longer than a run. */
export function readingCalls<Client>(
  { dataSources, ephemeralResources }: Provider<Client>,
  session: Session<Client>,
): Calls {
  const client = (): Client => {
    if (session.client) return session.client
    throw refused('The provider is not configured', 'Its configuration depends on values that are not known yet.')
  }
  const kept = (text: Uint8Array) => (text.length > 0 ? (JSON.parse(Buffer.from(text).toString()) as Json) : null)

  return {
    ValidateDataResourceConfig: call(CALLS.ValidateDataResourceConfig, () => ({})),

    ReadDataSource: call(CALLS.ReadDataSource, ({ type_name, config }) =>
      diagnosed(session, `reading data ${type_name}`, async (context) => {
        const { schema, read } = named(dataSources, type_name)
        return { state: writeObject(schema, await read(client(), demandObject(schema, config), context)) }
      }),
    ),

    ValidateEphemeralResourceConfig: call(CALLS.ValidateEphemeralResourceConfig, () => ({})),

    OpenEphemeralResource: call(CALLS.OpenEphemeralResource, ({ type_name, config }) =>
      diagnosed(session, `opening ${type_name}`, async (context) => {
        const { schema, open } = named(ephemeralResources, type_name)
        const opened = await open(client(), demandObject(schema, config), context)
        return {
          result: writeObject(schema, opened.result),
          ...(opened.kept !== undefined && { private: Buffer.from(JSON.stringify(opened.kept)) }),
        }
      }),
    ),

    RenewEphemeralResource: call(CALLS.RenewEphemeralResource, () => ({})),

    CloseEphemeralResource: call(CALLS.CloseEphemeralResource, ({ type_name, private: text }) =>
      diagnosed(session, `closing ${type_name}`, async (context) => {
        await named(ephemeralResources, type_name).close?.(client(), kept(text), context)
        return {}
      }),
    ),
  }
}
