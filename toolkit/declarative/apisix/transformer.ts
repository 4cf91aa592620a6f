import type { AdcResource, AdcValue } from '../../../runtime/model/adc/index.ts'
import type { RemoteResource } from '../compare/change.ts'

/**
 * Between the file format and Apache APISIX's Admin API. What the file format has no word for stays in a remote
 * resource under its own name, so that it shows up as a difference instead of being overlooked.
 */

export type Body = Record<string, unknown>

/** On an upstream that belongs to a service beside its own one: the id of that service. */
export const SERVICE_LABEL = '__ADC_UPSTREAM_SERVICE_ID'
/** The name of a stream route, for releases whose stream routes have none, where a label can hold it. */
export const NAME_LABEL = '__ADC_NAME'
/** The name of a consumer group. */
export const GROUP_NAME_LABEL = 'ADC_NAME'

/** The body that makes the control plane hold a local resource. A service's own upstream is not part of it. */
export function toApisix({ type, id, name, parentId, value }: AdcResource): Body {
  const { description, labels: _, ...fields } = value
  const labels = labelsToText(value.labels)
  const common = defined({ id, desc: description, labels })
  switch (type) {
    case 'route':
      return { ...fields, ...common, service_id: parentId, status: 1 }
    case 'stream_route':
      return { ...fields, ...common, labels: { ...labels, ...nameLabel(name) }, service_id: parentId }
    case 'service': {
      const { upstream, ...service } = fields
      return { ...service, ...common, ...(upstream ? { upstream_id: id } : {}) }
    }
    case 'upstream':
      return { ...fields, ...common, labels: { ...labels, [SERVICE_LABEL]: parentId } }
    case 'ssl':
      return { ...without(fields, 'certificates'), ...common, ...certificateFields(value), status: 1 }
    case 'consumer':
      return { ...fields, ...defined({ desc: description, labels, group_id: parentId }) }
    case 'consumer_credential':
      return { name, ...common, plugins: { [String(value.type)]: value.config } }
    case 'consumer_group':
      return { ...without(fields, 'name'), ...common, labels: { ...labels, [GROUP_NAME_LABEL]: name } }
    case 'global_rule':
      return { plugins: { [name]: value } }
    case 'plugin_metadata':
      return { ...value }
  }
}

/** The upstream of a service, which lives beside it under the service's id. */
export function serviceUpstream({ id, name, value }: AdcResource): Body {
  const { description, labels, ...fields } = value.upstream as Body
  return { name, ...fields, ...defined({ desc: description, labels: labelsToText(labels) }), id }
}

/** Remote bodies by collection, as they were listed. */
export interface ApisixLists {
  readonly services: readonly Body[]
  readonly routes: readonly Body[]
  readonly stream_routes: readonly Body[]
  readonly upstreams: readonly Body[]
  readonly ssls: readonly Body[]
  readonly consumers: readonly Body[]
  readonly consumer_groups: readonly Body[]
  readonly global_rules: readonly Body[]
  readonly plugin_metadata: readonly { readonly name: string; readonly value: Body }[]
  readonly credentials: readonly { readonly username: string; readonly value: Body }[]
}

export function fromApisix(lists: ApisixLists): RemoteResource[] {
  const upstreams = new Map(lists.upstreams.map((upstream) => [String(upstream.id), upstream]))
  return [
    ...lists.services.map((service) => remoteService(service, upstreams)),
    ...lists.routes.filter(inService).map(remoteRoute),
    ...lists.stream_routes.filter(inService).map(remoteStreamRoute),
    ...lists.upstreams.flatMap(remoteUpstream),
    ...lists.ssls.map(remoteSsl),
    ...lists.consumers.map(remoteConsumer),
    ...lists.credentials.map(remoteCredential),
    ...lists.consumer_groups.map(remoteConsumerGroup),
    ...lists.global_rules.flatMap(({ plugins }) =>
      Object.entries(plugins as Record<string, AdcValue>).map(([name, value]) => ({
        ...{ type: 'global_rule' as const, id: name, name, value },
      })),
    ),
    ...lists.plugin_metadata.map(({ name, value }) => {
      const { id: _, create_time: __, update_time: ___, ...configuration } = value
      return { type: 'plugin_metadata' as const, id: name, name, value: configuration }
    }),
  ]
}

export function inService({ service_id }: Body): boolean {
  return service_id !== undefined
}

function remoteService(body: Body, upstreams: ReadonlyMap<string, Body>): RemoteResource {
  const { upstream: inline, upstream_id, ...fields } = common(body)
  const name = String(body.name ?? body.id)
  const referred = upstream_id === undefined ? undefined : upstreams.get(String(upstream_id))
  const upstream = upstreamValue((referred ?? inline) as Body | undefined)
  // It is named after its service, unless it was given a name of its own.
  if (upstream?.name === name || upstream?.name === undefined) delete upstream?.name
  return {
    ...{ type: 'service', id: String(body.id), name },
    ...(upstream_id === undefined ? {} : { upstreamId: String(upstream_id) }),
    value: { ...fields, name, ...(upstream ? { upstream } : {}) },
  }
}

function remoteRoute(body: Body): RemoteResource {
  const { uri, host, remote_addr, status, service_id, ...fields } = common(body)
  const name = String(body.name ?? body.id)
  const value = {
    ...fields,
    name,
    ...defined({
      uris: uri === undefined ? fields.uris : [uri],
      hosts: host === undefined ? fields.hosts : [host],
      remote_addrs: remote_addr === undefined ? fields.remote_addrs : [remote_addr],
      // A route that was switched off is a difference.
      status: status === 1 ? undefined : status,
    }),
  }
  return { type: 'route', id: String(body.id), name, parentId: String(service_id), value }
}

function remoteStreamRoute(body: Body): RemoteResource {
  const { service_id, labels, ...fields } = common(body)
  const { [NAME_LABEL]: named, ...others } = (labels ?? {}) as Record<string, string>
  const name = named ?? String(body.name ?? body.id)
  const value = { ...fields, name, ...defined({ labels: Object.keys(others).length > 0 ? others : undefined }) }
  return { type: 'stream_route', id: String(body.id), name, parentId: String(service_id), value }
}

/** Only those that belong to a service; others are part of no file. */
function remoteUpstream(body: Body): RemoteResource[] {
  const { [SERVICE_LABEL]: parentId, ...labels } = (body.labels ?? {}) as Record<string, string>
  if (parentId === undefined) return []
  const name = String(body.name ?? body.id)
  const value = { ...upstreamValue({ ...body, labels }), name }
  return [{ type: 'upstream', id: String(body.id), name, parentId, value }]
}

/** `nodes` as a list, whichever of the two forms they were written in. */
function upstreamValue(body: Body | undefined): Body | undefined {
  if (!body) return undefined
  const { nodes, labels, ...fields } = common(body)
  const list =
    nodes === undefined || Array.isArray(nodes)
      ? nodes
      : Object.entries(nodes as Record<string, number>).map(([address, weight]) => {
          const [, host = address, port] = /^(.*?)(?::(\d+))?$/.exec(address) ?? []
          const otherwise = ['https', 'grpcs'].includes(String(fields.scheme)) ? 443 : 80
          return { host, port: port === undefined ? otherwise : Number(port), weight }
        })
  const hasLabels = Object.keys((labels ?? {}) as object).length > 0
  return { ...fields, ...defined({ nodes: list, labels: hasLabels ? labels : undefined }) }
}

function remoteSsl(body: Body): RemoteResource {
  const { sni, snis, cert, certs, key: _, keys: __, status, ...fields } = common(body)
  const names = (sni === undefined ? (snis ?? []) : [sni]) as string[]
  const certificates = [cert, ...((certs ?? []) as unknown[])].map((certificate) => ({ certificate }))
  const value = { ...fields, snis: names, certificates, ...defined({ status: status === 1 ? undefined : status }) }
  return { type: 'ssl', id: String(body.id), name: names.join(','), value }
}

function remoteConsumer(body: Body): RemoteResource {
  const { group_id, ...value } = common(body)
  const username = String(body.username)
  const parent = group_id === undefined ? {} : { parentId: String(group_id) }
  return { type: 'consumer', id: username, name: username, ...parent, value }
}

function remoteCredential({
  username,
  value: body,
}: {
  readonly username: string
  readonly value: Body
}): RemoteResource {
  const { plugins, ...fields } = common(body)
  const [type, config] = Object.entries((plugins ?? {}) as Body)[0] ?? []
  const name = String(body.name ?? body.id)
  const value = { ...fields, name, ...defined({ type, config }) }
  return { type: 'consumer_credential', id: String(body.id).split('/').at(-1)!, name, parentId: username, value }
}

function remoteConsumerGroup(body: Body): RemoteResource {
  const { labels, ...fields } = common(body)
  const { [GROUP_NAME_LABEL]: named, ...others } = (labels ?? {}) as Record<string, string>
  const name = named ?? String(body.id)
  const value = { ...fields, name, ...defined({ labels: Object.keys(others).length > 0 ? others : undefined }) }
  return { type: 'consumer_group', id: String(body.id), name, value }
}

/** Without what the control plane adds, and in the file format's words. */
function common({ id: _, create_time: __, update_time: ___, desc, labels, ...fields }: Body): Body {
  return { ...fields, ...defined({ description: desc, labels: labelsFromText(labels) }) }
}

function certificateFields({ certificates }: AdcValue): Body {
  const [first, ...others] = certificates as readonly { readonly certificate: string; readonly key: string }[]
  return {
    ...defined({ cert: first?.certificate, key: first?.key }),
    ...(others.length > 0 && {
      certs: others.map(({ certificate }) => certificate),
      keys: others.map(({ key }) => key),
    }),
  }
}

function nameLabel(name: string): Body {
  return /^\S{1,256}$/.test(name) ? { [NAME_LABEL]: name } : {}
}

export function labelsToText(labels: unknown): Record<string, string> | undefined {
  if (labels === undefined) return undefined
  return Object.fromEntries(
    Object.entries(labels as Body).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  )
}

export function labelsFromText(labels: unknown): Body | undefined {
  if (labels === undefined || labels === null) return undefined
  return Object.fromEntries(Object.entries(labels as Record<string, string>).map(([key, text]) => [key, listIn(text)]))
}

/** A list that was written as its JSON text; any other text is itself. */
function listIn(text: string): unknown {
  if (typeof text !== 'string' || !text.startsWith('[')) return text
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : text
  } catch {
    return text
  }
}

function without(value: Body, key: string): Body {
  const { [key]: _, ...others } = value
  return others
}

export function defined(value: Body): Body {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined))
}
