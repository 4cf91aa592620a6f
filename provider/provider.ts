import type { GatewayClient } from './admin-api/gateway-client.ts'
import { configure, providerSchema } from './configuration.ts'
import type { Provider } from './framework/provider.ts'
import { route } from './resources/route.ts'

/** The provider `antipode/antipode`: gateways as Terraform resources. */
export const antipodeProvider: Provider<GatewayClient> = {
  schema: providerSchema,
  configure: (config) => configure(config, process.env),
  resources: { antipode_route: route },
  dataSources: {},
  ephemeralResources: {},
  functions: {},
}
