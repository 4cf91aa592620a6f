import type { RegionEntry } from '../../runtime/model/region-directory.ts'

/** What a control plane has issued for a new data plane: the answer of `POST /antipode/connections`. */
export interface Connection {
  /** What it is revoked by: `certificate/<serial>` or `token/<jti>`. */
  readonly credential: string
  /** ISO 8601. */
  readonly expires: string
  /** PEM; with a certificate. */
  readonly certificate?: string
  readonly key?: string
  /** With a token. */
  readonly token?: string
  readonly region: string
  readonly group: string
  /** PEM of the authorities to trust. */
  readonly anchors: string
  /** The signed directory of regions; null where the control plane was not told its address. */
  readonly directory: string | null
  readonly regions: readonly RegionEntry[]
}

/** A file of a data plane's folder. All are readable by their owner alone. */
export interface ConnectionFile {
  readonly name: string
  readonly content: string
}
