import type { AdcResource } from '../../../runtime/model/adc/index.ts'
import { validateBodies } from '../apisix/validator.ts'
import type { Backend } from '../backend.ts'
import type { ControlPlaneClient } from '../connection/control-plane-client.ts'
import { groupId } from '../connection/gateway-group.ts'
import { type CoreSchemas, withCoreDefaults } from './defaults.ts'
import { ADMIN, fetchApi7ee, withGroup } from './fetcher.ts'
import { api7eeRequests, withoutCascades } from './operator.ts'
import { type ServiceType, toApi7ee } from './transformer.ts'

const STREAM_SCHEMES: ReadonlySet<unknown> = new Set(['tcp', 'udp', 'tls'])

/** API7 Enterprise's Admin API, as far as ADC speaks it; a control plane of ours answers it beside APISIX's. */
export const api7ee: Backend = {
  name: 'api7ee',
  async ping(client) {
    await client.expect('GET', '/api/gateway_groups')
  },
  async open(client, scope) {
    const version = (await client.expect('GET', '/api/version')).body as { value?: string }
    const group = await groupId(client, scope)
    const schemas = (await client.expect('GET', '/api/schema/core')).body as { value?: CoreSchemas }
    let typeOf: (serviceId: string) => ServiceType = () => 'http'
    return {
      version: version.value ?? 'dev',
      fetch: () => fetchApi7ee(client, group, scope.labelSelector),
      withDefaults: (local) => {
        typeOf = serviceTypes(local)
        return (resource) => withCoreDefaults(resource, schemas.value ?? {}, typeOf(resource.id) === 'stream')
      },
      effective: withoutCascades,
      requests: (change) => api7eeRequests(change, group, typeOf),
      validate: (local) => validate(client, group, local),
    }
  },
}

/** A service is for streams when its routes are, or its upstream speaks no HTTP. */
function serviceTypes(local: readonly AdcResource[]): (serviceId: string) => ServiceType {
  const streams = new Set(
    local.flatMap(({ type, id, parentId, value }) => {
      if (type === 'stream_route') return [parentId]
      return STREAM_SCHEMES.has((value.upstream as { scheme?: unknown } | undefined)?.scheme) ? [id] : []
    }),
  )
  return (id) => (streams.has(id) ? 'stream' : 'http')
}

function validate(client: ControlPlaneClient, group: string | undefined, local: readonly AdcResource[]) {
  const typeOf = serviceTypes(local)
  const ofType = (type: AdcResource['type'], withId = false) =>
    local
      .filter((resource) => resource.type === type)
      .map((resource) => ({
        resource,
        body: { ...(withId ? { id: resource.id } : {}), ...toApi7ee(resource, typeOf(resource.id)) },
      }))
  return validateBodies(client, withGroup(`${ADMIN}/configs/validate`, group), {
    services: ofType('service'),
    routes: ofType('route'),
    stream_routes: ofType('stream_route'),
    consumers: ofType('consumer'),
    ssls: ofType('ssl'),
    global_rules: ofType('global_rule', true),
    plugin_metadata: ofType('plugin_metadata', true),
  })
}
