import type { PublishedType, ResourceValue } from './resource.ts'
import type { ServiceRegistry } from './service-registry.ts'
import type { Version } from './version.ts'

/**
 * What a control plane streams to its data planes on `GET /sync`, and what a data plane keeps on disk.
 *
 * On the wire and on disk a frame is two lines: the seal as JSON, then the body as JSON. The signature is Ed25519 over
 * the bytes of the second line, by the key of the seal's certificate, which the deployment's authority has issued to a
 * control plane; so neither side depends on how the other writes JSON.
 */
export interface FrameSeal {
  /** Base64 of the Ed25519 signature over the body line (without its line break). */
  readonly signature: string
  /** Base64 DER of the signer's certificate. */
  readonly certificate: string
}

export interface FramedResource {
  readonly type: PublishedType
  readonly id: string
  readonly value: ResourceValue
  /** Content hash, see `resourceHash`. */
  readonly hash: string
}

interface ConfigurationFrame {
  readonly lineage: string
  readonly group: string
  readonly region: string
  /** The version this frame leads to. */
  readonly version: Version
  /** Hash of the group's whole configuration at `version`. */
  readonly hash: string
}

/** The whole configuration. */
export interface SnapshotFrame extends ConfigurationFrame {
  readonly kind: 'snapshot'
  readonly resources: readonly FramedResource[]
}

/** What changed since `from`; applied whole or not at all. */
export interface DeltaFrame extends ConfigurationFrame {
  readonly kind: 'delta'
  readonly from: Version
  readonly resources: readonly FramedResource[]
  readonly removals: readonly { readonly type: PublishedType; readonly id: string }[]
}

/** A new version with the same content: a new epoch, say. */
export interface MarkFrame extends ConfigurationFrame {
  readonly kind: 'mark'
}

/** Settings of the data plane that the control plane decides. */
export interface DataPlaneSettings {
  /** Answer every call with `X-Antipode-Region` and the version, for drills. */
  readonly exposeRegion: boolean
  /** Seconds between heartbeats, before jitter. */
  readonly heartbeatInterval: number
  /** PEM of every authority to trust from now on, several while one takes over. Absent: those trusted so far. */
  readonly anchors?: string
  /** The signed directory of regions. */
  readonly directory?: string
  /** Of the gateway group; absent where it has none. */
  readonly serviceRegistries?: readonly ServiceRegistry[]
}

export interface SettingsFrame {
  readonly kind: 'settings'
  readonly settings: DataPlaneSettings
}

/** The control plane stops; come back after `reconnectAfter` seconds, jittered. */
export interface GoodbyeFrame {
  readonly kind: 'goodbye'
  readonly reason: string
  readonly reconnectAfter: number
}

export type Frame = SnapshotFrame | DeltaFrame | MarkFrame | SettingsFrame | GoodbyeFrame

/** `POST /dataplane/register`. */
export interface Registration {
  readonly hostname: string
  readonly runId: string
  readonly runtimeVersion: string
  readonly protocolVersions: readonly number[]
  readonly ports: readonly number[]
  readonly cores: number
  readonly plugins: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
  /** PEM of a PKCS#10 request for the instance's own leaf. */
  readonly certificateRequest: string
}

export interface RegistrationAnswer {
  readonly instanceId: string
  readonly group: string
  readonly protocolVersion: number
  /** PEM, `spiffe://<trust domain>/instance/<id>`. */
  readonly certificate: string
  /** Seconds after which it is to be renewed: two thirds of its life. Absent from the answers of older releases. */
  readonly renewAfter?: number
  readonly settings: DataPlaneSettings
}

/** `POST /sync/ack`: what is held, and what of it was refused and why. */
export interface Acknowledgement {
  readonly instanceId: string
  readonly lineage: string
  readonly version: Version
  readonly hash: string
  readonly refused: readonly { readonly type: PublishedType; readonly id: string; readonly reason: string }[]
}

/** `POST /dataplane/heartbeat`. */
export interface Heartbeat {
  readonly instanceId: string
  readonly lineage: string | null
  readonly version: Version | null
  readonly hash: string | null
  /** Calls served since the last heartbeat that was accepted. */
  readonly calls: number
  /** When the instance's certificate expires, ISO 8601. */
  readonly certificateExpiry: string
  readonly degraded: readonly string[]
}

export interface HeartbeatAnswer {
  readonly settings: DataPlaneSettings
  /** What is trusted no more: `certificate/<serial>` and `token/<jti>`. */
  readonly revoked?: readonly string[]
  /** The certificate was issued by an authority that issues no more: renew it now. */
  readonly renew?: boolean
}

/** The only protocol version so far. */
export const SYNC_PROTOCOL_VERSION = 1
