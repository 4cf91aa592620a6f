import { GROUP_ENDPOINTS } from '../groups/group-endpoints.ts'
import { IDENTITY_ENDPOINTS, OIDC_ENDPOINTS } from '../identity/identity-endpoints.ts'
import { PKI_ENDPOINTS } from '../pki/pki-endpoints.ts'
import { REGION_ENDPOINTS } from './region-schema.ts'
import type { ServiceEndpoint } from './service-endpoint.ts'
import { USAGE_ENDPOINTS } from './usage-endpoint.ts'

/** Endpoints beside APISIX's, in the order of the documentation. */
export const SERVICE_ENDPOINTS: readonly ServiceEndpoint[] = [
  ...IDENTITY_ENDPOINTS,
  ...OIDC_ENDPOINTS,
  ...GROUP_ENDPOINTS,
  ...PKI_ENDPOINTS,
  ...REGION_ENDPOINTS,
  ...USAGE_ENDPOINTS,
]
