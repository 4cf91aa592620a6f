import type { Version } from './version.ts'

/**
 * Where the leader of the writing region leaves the newest snapshot of each gateway group, for data planes that start
 * while every control plane is gone. Below one prefix there is one lineage:
 *
 *     <group>/newest.json                              which snapshot is the newest
 *     <group>/<lineage>/<epoch>-<revision>.frame.gz    a sealed snapshot frame, as `/sync` would stream it
 *
 * The pointer is replaced only by whoever has read it, so that a writer whose time is over cannot put it back. Nothing
 * in it is believed: what counts is the signature, lineage and version of the frame.
 */
export interface FallbackPointer {
  readonly lineage: string
  readonly version: Version
  /** Of the group's whole configuration. */
  readonly hash: string
  /** Key of the snapshot, below the prefix. */
  readonly snapshot: string
  /** When it was written, ISO 8601. */
  readonly at: string
}

export const SNAPSHOT_KEY = /^[^/]+\/[^/]+\/(\d+)-(\d+)\.frame\.gz$/

export function pointerKey(group: string): string {
  return `${encodeURIComponent(group)}/newest.json`
}

export function snapshotFolder(group: string, lineage: string): string {
  return `${encodeURIComponent(group)}/${lineage}/`
}

export function snapshotKey(group: string, lineage: string, { epoch, revision }: Version): string {
  return `${snapshotFolder(group, lineage)}${epoch}-${revision}.frame.gz`
}

/** The version that a snapshot's key names, or undefined where it is none. */
export function versionOfKey(key: string): Version | undefined {
  const [, epoch, revision] = SNAPSHOT_KEY.exec(key) ?? []
  return epoch === undefined ? undefined : { epoch: Number(epoch), revision: Number(revision) }
}

/** `s3://bucket/prefix` in its parts; the prefix ends with `/` where it is not empty. */
export function readBucketUrl(url: string): { readonly bucket: string; readonly prefix: string } {
  const { host, pathname } = new URL(url)
  const path = pathname.replace(/^\/+|\/+$/g, '')
  return { bucket: host, prefix: path === '' ? '' : `${path}/` }
}

/** @throws Error saying what is wrong with it */
export function readPointer(text: string): FallbackPointer {
  const { lineage, version, hash, snapshot, at } = JSON.parse(text) as Partial<FallbackPointer>
  const isVersion = Number.isInteger(version?.epoch) && Number.isInteger(version?.revision)
  if (typeof lineage !== 'string' || !isVersion || typeof hash !== 'string' || typeof at !== 'string') {
    throw new Error('it is no pointer to a snapshot')
  }
  if (typeof snapshot !== 'string' || !SNAPSHOT_KEY.test(snapshot)) throw new Error('it names no snapshot')
  return { lineage, version: version!, hash, snapshot, at }
}
