import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ProviderSchema } from '../schema/schema.ts'
import { serveGrpc } from '../wire/grpc-server.ts'
import { type Cloud, quietCloud } from './cloud.ts'
import { offlineProvider } from './offline-provider.ts'

export interface ServedProviders {
  /** `TF_REATTACH_PROVIDERS` of every Terraform that is to use it. */
  readonly reattach: string
  readonly secrets: ReadonlySet<string>
  readonly cloud: Cloud
  close(): Promise<void>
}

/** Serves providers to any number of Terraforms on this machine, without a plugin binary, TLS or network. */
export async function serveProviders(schemas: readonly ProviderSchema[]): Promise<ServedProviders> {
  // A folder that only this user can enter; short, since the name of a socket may have about 100 characters.
  const folder = await mkdtemp(join(tmpdir(), 'antipode-tf-'))
  const [secrets, cloud] = [new Set<string>(), quietCloud()]
  const served = await Promise.all(
    schemas.map(async (schema) => {
      const server = await serveGrpc(
        join(folder, `${schema.vendor.prefix}.sock`),
        offlineProvider(schema, { secrets, cloud }),
      )
      return { vendor: schema.vendor, server }
    }),
  )
  const reattach = served.map(({ vendor, server }) => [
    vendor.source,
    {
      Protocol: 'grpc',
      ProtocolVersion: vendor.protocol,
      Pid: process.pid,
      // Terraform does not end what it did not start.
      Test: true,
      Addr: { Network: 'unix', String: server.socket },
    },
  ])
  return {
    reattach: JSON.stringify(Object.fromEntries(reattach)),
    secrets,
    cloud,
    close: async () => {
      await Promise.all(served.map(({ server }) => server.close()))
      await rm(folder, { recursive: true, force: true })
    },
  }
}
