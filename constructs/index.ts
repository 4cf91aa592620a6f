export { AcceleratorGslb, type AcceleratorGslbProps } from './accelerator-gslb.ts'
export { AccessLogStore, ExistingAccessLogStore, type ExistingAccessLogStoreProps } from './access-log-store.ts'
export { AccessLogs, type AccessLogsProps } from './access-logs.ts'
export { AlarmTopic, type AlarmTopicProps } from './alarm-topic.ts'
export type { AutomaticFailoverProps, WitnessProps } from './automatic-failover.ts'
export { BackupCopy, type BackupCopyProps, backupVaultName } from './backup-copy.ts'
export { Backups, ExistingBackups, type ExistingBackupsProps } from './backups.ts'
export { Balancer, ExistingBalancer, type ExistingBalancerProps, type ListenerProps } from './balancer.ts'
export { CloudflareGslb, type CloudflareGslbProps } from './cloudflare-gslb.ts'
export { cloudflare } from './cloudflare-package.ts'
export { CloudflareZone, type CloudflareZoneProps } from './cloudflare-zone.ts'
export { Connections, type ConnectionsProps, type Peer } from './connections.ts'
export { ControlPlaneService, type ControlPlaneServiceProps } from './control-plane-service.ts'
export {
  ADMIN_PORT,
  ControlPlanes,
  ExistingControlPlanes,
  type ExistingControlPlanesProps,
  SYNC_PORT,
} from './control-planes.ts'
export { DataPlaneService, type DataPlaneServiceProps, STATUS_PORT } from './data-plane-service.ts'
export { DatabaseSecret, type DatabaseSecretProps } from './database-secret.ts'
export { DrillUndoRole, type DrillUndoRoleProps } from './drill-undo-role.ts'
export { EphemeralResource, type EphemeralResourceProps } from './ephemeral-resource.ts'
export {
  FailoverRunbook,
  type FailoverRunbookProps,
  type LossPlan,
  type PlatformCall,
  type Runbook,
  type RunbookStep,
} from './failover-runbook.ts'
export { FailoverSwitch, type FailoverSwitchProps } from './failover-switch.ts'
export { FallbackBucket, type FallbackBucketProps, fallbackBucketName } from './fallback-bucket.ts'
export { ExistingFallbackStore, type ExistingFallbackStoreProps, FallbackStore } from './fallback-store.ts'
export { FargateService, type FargateServiceProps } from './fargate-service.ts'
export { FlowLogs, type FlowLogsProps } from './flow-logs.ts'
export * as gateway from './gateway/index.ts'
export { GatewayZone, type GatewayZoneProps } from './gateway-zone.ts'
export { ExistingGateways, type ExistingGatewaysProps, Gateways } from './gateways.ts'
export { ExistingGlobalDatabase, type ExistingGlobalDatabaseProps, GlobalDatabase } from './global-database.ts'
export type { Grantee } from './grant.ts'
export { ExistingGroupIdentities, type ExistingGroupIdentitiesProps, GroupIdentities } from './group-identities.ts'
export { GroupSecrets, type GroupSecretsProps } from './group-secrets.ts'
export { Gslb, type GslbProps, type GslbTarget } from './gslb.ts'
export { ExistingHub, type ExistingHubProps, Hub } from './hub.ts'
export { ExistingImage, type ExistingImageProps, Image } from './image.ts'
export { ImageRepository, type ImageRepositoryProps } from './image-repository.ts'
export { InvertedCheckSwitch, type InvertedCheckSwitchProps } from './inverted-check-switch.ts'
export { ExistingKey, type ExistingKeyProps, Key } from './key.ts'
export { ExistingLogStore, type ExistingLogStoreProps, LogStore } from './log-store.ts'
export { ExistingNetwork, type ExistingNetworkProps, type Network } from './network.ts'
export { NetworkEndpoints, type NetworkEndpointsProps } from './network-endpoints.ts'
export { NetworkLoadBalancer, type NetworkLoadBalancerProps } from './network-load-balancer.ts'
export { ExistingPassword, type ExistingPasswordProps, Password } from './password.ts'
export { PeeringLink, type PeeringLinkProps } from './peering-link.ts'
export { ExistingPostgres, type ExistingPostgresProps, POSTGRES_PORT, Postgres } from './postgres.ts'
export { PostgresGlobal, type PostgresGlobalProps } from './postgres-global.ts'
export { PostgresGlobalMember, type PostgresGlobalMemberProps } from './postgres-global-member.ts'
export { postgresIdentifier } from './postgres-identifier.ts'
export { PostgresPrimary, type PostgresPrimaryProps } from './postgres-primary.ts'
export { PostgresReplica, type PostgresReplicaProps } from './postgres-replica.ts'
export { type PostgresProps, PostgresSettings, type PostgresSettingsProps } from './postgres-settings.ts'
export { RegionKey, type RegionKeyProps } from './region-key.ts'
export {
  ExistingLink,
  type ExistingLinkProps,
  type LinkEnd,
  type LinkParty,
  RegionLink,
  type RegionLinkProps,
} from './region-link.ts'
export { RegionNetwork, type RegionNetworkProps } from './region-network.ts'
export { RegionSecrets, type RegionSecretsProps } from './region-secrets.ts'
export { ReplicationAlarms, type ReplicationAlarmsProps } from './replication-alarms.ts'
export { ExistingRepository, type ExistingRepositoryProps, Repository } from './repository.ts'
export { resourceName } from './resource-name.ts'
export { Route53Gslb, type Route53GslbProps } from './route53-gslb.ts'
export { RoutingControlSwitch, type RoutingControlSwitchProps } from './routing-control-switch.ts'
export type { RuntimeContainer, SecretValue } from './runtime-container.ts'
export { RuntimeImage, type RuntimeImageProps } from './runtime-image.ts'
export { ExistingSecrets, type ExistingSecretsProps, type Secret, Secrets } from './secrets.ts'
export type { ServiceSize } from './service-size.ts'
export { Surroundings } from './surroundings.ts'
export { TaskRoles, type TaskRolesProps } from './task-roles.ts'
export { ExistingTopic, type ExistingTopicProps, Topic } from './topic.ts'
export type { Transform } from './transform.ts'
export { TransitGatewayHub, type TransitGatewayHubProps } from './transit-gateway-hub.ts'
export { TransitGatewayLink, type TransitGatewayLinkProps } from './transit-gateway-link.ts'
export { type LinkSite, VpnLink, type VpnLinkProps } from './vpn-link.ts'
