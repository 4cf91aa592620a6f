import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ProviderSchema } from '../schema/schema.ts'
import { serveGrpc } from '../wire/grpc-server.ts'
import type { Cloud } from './cloud.ts'
import { offlineProvider } from './offline-provider.ts'

export interface ServedProvider {
  /** `TF_REATTACH_PROVIDERS` of every Terraform that is to use it. */
  readonly reattach: string
  readonly secrets: ReadonlySet<string>
  readonly cloud: Cloud
  close(): Promise<void>
}

/** Serves an AWS provider to any number of Terraforms on this machine, without a plugin binary, TLS or network. */
export async function serveProvider(schema: ProviderSchema): Promise<ServedProvider> {
  // A folder that only this user can enter; short, since the name of a socket may have about 100 characters.
  const folder = await mkdtemp(join(tmpdir(), 'antipode-aws-'))
  const socket = join(folder, 'aws.sock')
  const provider = offlineProvider(schema)
  const server = await serveGrpc(socket, provider.calls)
  return {
    reattach: JSON.stringify({
      'hashicorp/aws': {
        Protocol: 'grpc',
        ProtocolVersion: 5,
        Pid: process.pid,
        // Terraform does not end what it did not start.
        Test: true,
        Addr: { Network: 'unix', String: socket },
      },
    }),
    secrets: provider.secrets,
    cloud: provider.cloud,
    close: async () => {
      await server.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
