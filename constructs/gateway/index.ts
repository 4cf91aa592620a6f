// Generated from the schema of the provider by `node provider/bindings/main.ts`.
export { AntipodeProvider } from './antipode-provider.ts'
export { Consumer, type ConsumerConfig } from './consumer.ts'
export { ConsumerGroup, type ConsumerGroupConfig } from './consumer-group.ts'
export { DataPlaneCertificate, type DataPlaneCertificateConfig } from './data-plane-certificate.ts'
export { DataPlaneToken, type DataPlaneTokenConfig } from './data-plane-token.ts'
export { GatewayGroup, type GatewayGroupConfig } from './gateway-group.ts'
export type { Any } from './gateway-resource.ts'
export { GlobalRule, type GlobalRuleConfig } from './global-rule.ts'
export type {
  ActiveHealthyFields,
  ActiveUnhealthyFields,
  AuthConfigFields,
  ChecksActiveFields,
  ChecksPassiveFields,
  ClientFields,
  CredentialsFields,
  PassiveHealthyFields,
  PassiveUnhealthyFields,
  ProtocolFields,
  TimeoutFields,
  UpstreamChecksFields,
  UpstreamDiscoveryArgsFields,
  UpstreamFields,
  UpstreamKeepalivePoolFields,
  UpstreamNodesFields,
  UpstreamTlsFields,
} from './nested-fields.ts'
export { PermissionPolicy, type PermissionPolicyConfig } from './permission-policy.ts'
export { PluginConfig, type PluginConfigConfig } from './plugin-config.ts'
export { PluginMetadata, type PluginMetadataConfig } from './plugin-metadata.ts'
export { Proto, type ProtoConfig } from './proto.ts'
export type { AntipodeProviderConfig } from './provider-config.ts'
export { Region, type RegionConfig } from './region.ts'
export { Role, type RoleConfig } from './role.ts'
export { Route, type RouteConfig } from './route.ts'
export { RouteSet, type RouteSetConfig } from './route-set.ts'
export { Secret, type SecretConfig } from './secret.ts'
export { Service, type ServiceConfig } from './service.ts'
export { Ssl, type SslConfig } from './ssl.ts'
export { StreamRoute, type StreamRouteConfig } from './stream-route.ts'
export { Upstream, type UpstreamConfig } from './upstream.ts'
