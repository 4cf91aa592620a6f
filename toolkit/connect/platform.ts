import type { ConnectionFile } from './connection.ts'

/** What a platform needs to know. */
export interface PlatformInput {
  /** Of the deployment, the container or the unit. */
  readonly name: string
  /** The folder that all files are written to, as an absolute path. */
  readonly folder: string
  /** The container image. */
  readonly image: string
  /** Names of the files that are mounted beside `config.yaml`. */
  readonly files: readonly string[]
}

/** One way to run a data plane. */
export interface Platform {
  /** One line, for help. */
  readonly summary: string
  /** Where the data plane finds its files, and the folder it may write to. */
  place(input: PlatformInput): { readonly files: string; readonly state: string }
  /** Whether the status listener must be reached from outside of the container. */
  readonly isContainer: boolean
  /** What it needs beside `config.yaml` and the credentials. */
  write(input: PlatformInput): readonly ConnectionFile[]
  /** What to type, in the folder. */
  commands(input: PlatformInput): readonly string[]
}

/** In the image. */
export const CONTAINER_PLACE = { files: '/etc/antipode', state: '/var/lib/antipode' } as const
