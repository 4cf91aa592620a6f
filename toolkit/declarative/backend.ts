import type { AdcResource, Labels } from '../../runtime/model/adc/index.ts'
import type { Change, RemoteResource } from './compare/change.ts'
import type { ControlPlaneClient } from './connection/control-plane-client.ts'

/** The kinds of Admin API that are spoken, named as ADC names its backends. */
export const BACKENDS = ['apisix', 'api7ee'] as const
export type BackendName = (typeof BACKENDS)[number]

export interface AdminRequest {
  readonly method: 'PUT' | 'DELETE'
  /** With its query. */
  readonly path: string
  readonly body?: object
}

export interface ValidationMistake {
  readonly resource: AdcResource | undefined
  /** As the control plane says it. */
  readonly text: string
}

/** A control plane in the terms of ADC files. One contract suite runs against every implementation. */
export interface Backend {
  readonly name: BackendName
  /** Throws what keeps it from answering. */
  ping(client: ControlPlaneClient): Promise<void>
  /** Asks what the calls of this command need to know: version, group, defaults. */
  open(client: ControlPlaneClient, scope: Scope): Promise<OpenBackend>
}

export interface Scope {
  readonly gatewayGroup: string
  readonly labelSelector: Labels
}

export interface OpenBackend {
  /** Of the control plane, as it tells it. */
  readonly version: string
  /** Every resource that files can describe. What they cannot is told to `note`. */
  fetch(note: (text: string) => void): Promise<RemoteResource[]>
  /**
   * Makes what a local resource is compared as: with the defaults that this control plane shows in what it returns.
   * They are never sent.
   */
  withDefaults(local: readonly AdcResource[]): (resource: AdcResource) => AdcResource
  /** Changes that need a request of their own; the others go along with one of these. */
  effective(changes: readonly Change[]): Change[]
  /** What carries a change out, one request after the other. */
  requests(change: Change): AdminRequest[]
  /** Undefined where the control plane cannot tell. */
  validate(local: readonly AdcResource[]): Promise<readonly ValidationMistake[] | undefined>
}
