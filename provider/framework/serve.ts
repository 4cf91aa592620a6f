import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Calls, serveGrpc } from './plugin/grpc-server.ts'
import { PROTOCOL_VERSION } from './plugin/handshake.ts'
import type { Provider } from './provider.ts'
import { callsWhenAsked, serveCalls } from './serve-calls.ts'

/**
 * Serves a provider to the Terraform that started this process, until it says that it is done, or is gone.
 *
 * @param load gives the provider; called once Terraform asks for something
 */
export async function serveProvider<Client>(load: () => Promise<Provider<Client>>): Promise<void> {
  return serveCalls(() => loadedCalls(load))
}

export interface ServedProvider {
  /** `TF_REATTACH_PROVIDERS` of every Terraform that is to use it. */
  readonly reattach: string
  close(): Promise<void>
}

/**
 * Serves a provider from a process that Terraform did not start: for tests, and for debugging with breakpoints.
 *
 * @param source its address, such as `registry.terraform.io/antipode/antipode`
 */
export async function serveReattached<Client>(source: string, provider: Provider<Client>): Promise<ServedProvider> {
  // A folder that only this user can enter; short, since the name of a socket may have about 100 characters.
  const folder = mkdtempSync(join(tmpdir(), 'tf-provider-'))
  const socket = join(folder, 'plugin.sock')
  const server = await serveGrpc(socket, () => callsWhenAsked(() => loadedCalls(async () => provider)))
  const Addr = { Network: 'unix', String: socket }
  const reattach = { Protocol: 'grpc', ProtocolVersion: PROTOCOL_VERSION, Pid: process.pid, Test: true, Addr }
  return {
    reattach: JSON.stringify({ [source]: reattach }),
    close: async () => {
      await server.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function loadedCalls<Client>(load: () => Promise<Provider<Client>>): Promise<Calls> {
  const [{ callsOf }, provider] = await Promise.all([import('./service/calls.ts'), load()])
  return callsOf(provider)
}
