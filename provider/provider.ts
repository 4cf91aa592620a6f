import type { GatewayClient } from './admin-api/gateway-client.ts'
import { configure, providerSchema } from './configuration.ts'
import { groupByName, policyByName, roleByName } from './data-sources/accounts.ts'
import { configurationDataSource as lookUp } from './data-sources/configuration-data-source.ts'
import { region as regionNow, regions } from './data-sources/region.ts'
import * as ephemeral from './ephemeral-resources/data-plane-identity.ts'
import type { Provider } from './framework/provider.ts'
import { adc } from './functions/adc.ts'
import { match } from './functions/match.ts'
import { gatewayGroup, permissionPolicy, role } from './resources/accounts.ts'
import { consumer } from './resources/consumer.ts'
import { dataPlaneCertificate, dataPlaneToken } from './resources/data-plane-credential.ts'
import { consumerGroup, globalRule, pluginConfig, proto } from './resources/plugin-collections.ts'
import { pluginMetadata } from './resources/plugin-metadata.ts'
import { region } from './resources/region.ts'
import { route } from './resources/route.ts'
import { routeSet } from './resources/route-set.ts'
import { secret } from './resources/secret.ts'
import { service } from './resources/service.ts'
import { isForName, ssl } from './resources/ssl.ts'
import { streamRoute } from './resources/stream-route.ts'
import { upstream } from './resources/upstream.ts'

/** The provider `antipode/antipode`: gateways as Terraform resources. */
export const antipodeProvider: Provider<GatewayClient> = {
  schema: providerSchema,
  configure: (config) => configure(config, process.env),
  resources: {
    antipode_consumer: consumer,
    antipode_consumer_group: consumerGroup,
    antipode_data_plane_certificate: dataPlaneCertificate,
    antipode_data_plane_token: dataPlaneToken,
    antipode_gateway_group: gatewayGroup,
    antipode_global_rule: globalRule,
    antipode_permission_policy: permissionPolicy,
    antipode_plugin_config: pluginConfig,
    antipode_plugin_metadata: pluginMetadata,
    antipode_proto: proto,
    antipode_region: region,
    antipode_role: role,
    antipode_route: route,
    antipode_route_set: routeSet,
    antipode_secret: secret,
    antipode_service: service,
    antipode_ssl: ssl,
    antipode_stream_route: streamRoute,
    antipode_upstream: upstream,
  },
  dataSources: {
    antipode_consumer: lookUp(consumer, { collection: 'consumers', noun: 'consumer', name: 'username' }),
    antipode_consumer_group: lookUp(consumerGroup, {
      ...{ collection: 'consumer_groups', noun: 'consumer group', name: 'name' },
    }),
    antipode_gateway_group: groupByName,
    antipode_global_rule: lookUp(globalRule, { collection: 'global_rules', noun: 'global rule' }),
    antipode_permission_policy: policyByName,
    antipode_plugin_config: lookUp(pluginConfig, {
      ...{ collection: 'plugin_configs', noun: 'plugin config', name: 'name' },
    }),
    antipode_plugin_metadata: lookUp(pluginMetadata, { collection: 'plugin_metadata', noun: 'plugin metadata' }),
    antipode_proto: lookUp(proto, { collection: 'protos', noun: 'proto', name: 'name' }),
    antipode_region: regionNow,
    antipode_regions: regions,
    antipode_role: roleByName,
    antipode_route: lookUp(route, { collection: 'routes', noun: 'route', name: 'name' }),
    antipode_secret: lookUp(secret, { collection: 'secrets', noun: 'secret manager' }),
    antipode_service: lookUp(service, { collection: 'services', noun: 'service', name: 'name' }),
    antipode_ssl: lookUp(ssl, { collection: 'ssls', noun: 'certificate', name: 'sni', isCalled: isForName }),
    antipode_stream_route: lookUp(streamRoute, { collection: 'stream_routes', noun: 'stream route', name: 'name' }),
    antipode_upstream: lookUp(upstream, { collection: 'upstreams', noun: 'upstream', name: 'name' }),
  },
  ephemeralResources: {
    antipode_data_plane_certificate: ephemeral.dataPlaneCertificate,
    antipode_data_plane_token: ephemeral.dataPlaneToken,
  },
  functions: { adc, match },
}
