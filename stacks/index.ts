export {
  type AdminApiAccess,
  type Configuration,
  ConfigurationStack,
  type ConfigurationStackProps,
} from './configuration-stack.ts'
export { ControlPlaneStack, type ControlPlaneStackProps } from './control-plane-stack.ts'
export { DataPlaneStack, type DataPlaneStackProps } from './data-plane-stack.ts'
export { DataStack, type DataStackProps } from './data-stack.ts'
export { DnsStack, type DnsStackProps } from './dns-stack.ts'
export { FoundationStack } from './foundation-stack.ts'
export { GatewayTopology, type GatewayTopologyProps } from './gateway-topology.ts'
export { GslbStack, type GslbStackProps } from './gslb-stack.ts'
export type { ImageSource } from './image-source.ts'
export { LayerStack, type LayerStackProps, type StateBackend } from './layer-stack.ts'
export { LinksStack, type LinksStackProps } from './links-stack.ts'
export { NetworkStack } from './network-stack.ts'
export type { RegionStacks } from './region-stacks.ts'
export { SiteStack, type SiteStackProps } from './site-stack.ts'
