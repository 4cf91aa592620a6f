import type { AdcResource, AdcType } from '../../../runtime/model/adc/index.ts'
import type { ValidationMistake } from '../backend.ts'
import { type ControlPlaneClient, refusal } from '../connection/control-plane-client.ts'
import { ADMIN } from './fetcher.ts'
import { serviceUpstream, toApisix } from './transformer.ts'

/** A refusal of `POST configs/validate`. `index` counts from 0 within the resources of its type. */
interface Refusal {
  readonly error_msg?: string
  readonly errors?: readonly {
    readonly resource_type: string
    readonly index: number
    readonly error: string
  }[]
}

interface Sent {
  readonly resource: AdcResource
  readonly body: object
}

/** Has a control plane judge local resources as a whole; undefined where it knows no such call. */
export async function validateAtApisix(
  client: ControlPlaneClient,
  local: readonly AdcResource[],
): Promise<ValidationMistake[] | undefined> {
  const ofType = (type: AdcType): Sent[] =>
    local.filter((resource) => resource.type === type).map((resource) => ({ resource, body: toApisix(resource) }))
  const withUpstream = local.filter(({ type, value }) => type === 'service' && value.upstream !== undefined)
  return validateBodies(client, `${ADMIN}/configs/validate`, {
    routes: ofType('route'),
    services: ofType('service'),
    consumers: ofType('consumer'),
    ssls: ofType('ssl'),
    global_rules: ofType('global_rule').map(({ resource, body }) => ({ resource, body: { ...body, id: resource.id } })),
    stream_routes: ofType('stream_route'),
    plugin_metadata: ofType('plugin_metadata').map(({ resource, body }) => ({
      ...{ resource, body: { ...body, id: resource.id } },
    })),
    upstreams: [
      ...withUpstream.map((resource) => ({ resource, body: serviceUpstream(resource) })),
      ...ofType('upstream'),
    ],
  })
}

/** Sends what there is by collection and finds the resource that each mistake is about. */
export async function validateBodies(
  client: ControlPlaneClient,
  path: string,
  sent: Readonly<Record<string, readonly Sent[]>>,
): Promise<ValidationMistake[] | undefined> {
  const body = Object.fromEntries(
    Object.entries(sent).flatMap(([collection, list]) =>
      list.length > 0 ? [[collection, list.map((item) => item.body)]] : [],
    ),
  )
  const response = await client.call('POST', path, body)
  if (response.status < 300) return []
  if (response.status === 404) return undefined
  const { error_msg, errors } = (response.body ?? {}) as Refusal
  if (response.status !== 400 || error_msg === undefined) throw refusal(`POST ${path}`, response)
  if (!errors?.length) return [{ resource: undefined, text: error_msg }]
  return errors.map(({ resource_type, index, error }) => ({
    resource: sent[resource_type]?.[index]?.resource,
    text: error,
  }))
}
