import type { GatewayClient } from './admin-api/gateway-client.ts'
import { configure, providerSchema } from './configuration.ts'
import type { Provider } from './framework/provider.ts'
import { consumer } from './resources/consumer.ts'
import { consumerGroup, globalRule, pluginConfig, proto } from './resources/plugin-collections.ts'
import { pluginMetadata } from './resources/plugin-metadata.ts'
import { route } from './resources/route.ts'
import { secret } from './resources/secret.ts'
import { service } from './resources/service.ts'
import { ssl } from './resources/ssl.ts'
import { streamRoute } from './resources/stream-route.ts'
import { upstream } from './resources/upstream.ts'

/** The provider `antipode/antipode`: gateways as Terraform resources. */
export const antipodeProvider: Provider<GatewayClient> = {
  schema: providerSchema,
  configure: (config) => configure(config, process.env),
  resources: {
    antipode_consumer: consumer,
    antipode_consumer_group: consumerGroup,
    antipode_global_rule: globalRule,
    antipode_plugin_config: pluginConfig,
    antipode_plugin_metadata: pluginMetadata,
    antipode_proto: proto,
    antipode_route: route,
    antipode_secret: secret,
    antipode_service: service,
    antipode_ssl: ssl,
    antipode_stream_route: streamRoute,
    antipode_upstream: upstream,
  },
  dataSources: {},
  ephemeralResources: {},
  functions: {},
}
