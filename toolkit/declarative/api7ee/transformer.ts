import type { AdcResource, AdcValue } from '../../../runtime/model/adc/index.ts'
import { type Body, defined, labelsFromText, labelsToText } from '../apisix/transformer.ts'
import type { RemoteResource } from '../compare/change.ts'

/** Between the file format and API7 Enterprise's Admin API: flat bodies, `paths` for `uris`, upstreams in their service. */

export type ServiceType = 'http' | 'stream'

export function toApi7ee(resource: AdcResource, serviceType: ServiceType): Body {
  const { type, id, name, parentId, value } = resource
  const { description, labels, ...fields } = value
  const common = defined({ desc: description, labels: labelsToText(labels) })
  switch (type) {
    case 'service':
      return { ...fields, ...common, ...withUpstream(value), service_id: id, type: serviceType }
    case 'route': {
      const { uris, ...route } = fields
      return { ...route, ...common, route_id: id, service_id: parentId, paths: uris }
    }
    case 'stream_route':
      return { ...fields, ...common, stream_route_id: id, service_id: parentId }
    case 'ssl': {
      const { certificates, ...ssl } = fields
      const [first, ...others] = certificates as readonly { readonly certificate: string; readonly key: string }[]
      const more = { certs: others.map(({ certificate }) => certificate), keys: others.map(({ key }) => key) }
      return {
        ...ssl,
        ...common,
        id,
        ...defined({ cert: first?.certificate, key: first?.key }),
        ...(others.length > 0 && more),
      }
    }
    case 'consumer_credential':
      return { ...common, id, name, plugins: { [String(value.type)]: value.config } }
    case 'global_rule':
      return { plugins: { [name]: value } }
    case 'plugin_metadata':
      return { ...value }
    default:
      return { ...fields, ...common }
  }
}

function withUpstream({ upstream }: AdcValue): Body {
  if (upstream === undefined) return {}
  const { description, labels, ...fields } = upstream as Body
  return { upstream: { ...fields, ...defined({ desc: description, labels: labelsToText(labels) }) } }
}

export function remoteService(body: Body): RemoteResource {
  const { service_id, type: _, upstream, ...fields } = common(body)
  const id = String(service_id ?? body.id)
  return {
    ...{ type: 'service', id, name: String(body.name) },
    value: { ...fields, ...(upstream ? { upstream: common(upstream as Body) } : {}) },
  }
}

export function remoteRoute(body: Body): RemoteResource {
  const { route_id, service_id, paths, ...fields } = common(body)
  const id = String(route_id ?? body.id)
  const value = { ...fields, ...defined({ uris: paths }) }
  return { type: 'route', id, name: String(body.name), parentId: String(service_id), value }
}

export function remoteStreamRoute(body: Body): RemoteResource {
  const { stream_route_id, service_id, ...value } = common(body)
  const id = String(stream_route_id ?? body.id)
  return { type: 'stream_route', id, name: String(body.name), parentId: String(service_id), value }
}

export function remoteUpstream(serviceId: string) {
  return (body: Body): RemoteResource => {
    const { service_id: _, ...value } = common(body)
    return { type: 'upstream', id: String(body.id), name: String(body.name), parentId: serviceId, value }
  }
}

export function remoteConsumer(body: Body): RemoteResource {
  const username = String(body.username)
  return { type: 'consumer', id: username, name: username, value: common(body) }
}

export function remoteCredential(username: string) {
  return (body: Body): RemoteResource => {
    const { plugins, credential_id: _, ...fields } = common(body)
    const [type, config] = Object.entries((plugins ?? {}) as Body)[0] ?? []
    const value = { ...fields, ...defined({ type, config }) }
    return { type: 'consumer_credential', id: String(body.id), name: String(body.name), parentId: username, value }
  }
}

export function remoteSsl(body: Body): RemoteResource {
  const { cert, certs, key: _, keys: __, status: ___, snis, ...fields } = common(body)
  const certificates = [cert, ...((certs ?? []) as unknown[])].map((certificate) => ({ certificate }))
  const names = (snis ?? []) as string[]
  return { type: 'ssl', id: String(body.id), name: names.join(','), value: { ...fields, snis: names, certificates } }
}

export function remoteGlobalRules(body: Body): RemoteResource[] {
  return Object.entries((body.plugins ?? {}) as Record<string, AdcValue>).map(([name, value]) => ({
    ...{ type: 'global_rule' as const, id: name, name, value },
  }))
}

/** Without what the control plane adds, and in the file format's words. */
function common({ id: _, create_time: __, update_time: ___, desc, labels, ...fields }: Body): Body {
  const known = labelsFromText(labels)
  const hasLabels = known !== undefined && Object.keys(known).length > 0
  return { ...fields, ...defined({ description: desc, labels: hasLabels ? known : undefined }) }
}
