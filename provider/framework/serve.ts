import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Calls, call, HELD_OPEN, serveGrpc } from './plugin/grpc-server.ts'
import { agree, PROTOCOL_VERSION } from './plugin/handshake.ts'
import type { Provider } from './provider.ts'

/** How often a provider looks whether the Terraform that started it is still there. */
const PARENT_CHECK_MS = 1_000

/**
 * Serves a provider to the Terraform that started this process, until it says that it is done, or is gone.
 *
 * @param load gives the provider; called once Terraform knows where to connect, so that both start at the same time
 */
export async function serveProvider<Client>(load: () => Promise<Provider<Client>>): Promise<void> {
  return servePlugin(() => callsWhenLoaded(load))
}

/**
 * Serves calls to the Terraform that started this process, until it says that it is done, or is gone.
 *
 * @param connect gives the calls of one connection, by their paths
 */
export async function servePlugin(connect: () => Promise<Calls>): Promise<void> {
  const agreement = agree(process.env)
  const folder = mkdtempSync(join(process.env.PLUGIN_UNIX_SOCKET_DIR || tmpdir(), 'tf-provider-'))
  const socket = join(folder, 'plugin.sock')
  // Whatever ends the process, the socket goes with it.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const leave = () => process.exit(0)
  // A terminal sends it to Terraform too, which asks providers to stop, and still has to write down what they did.
  process.on('SIGINT', () => undefined)
  process.once('SIGTERM', leave)
  const parent = process.ppid
  setInterval(() => process.ppid !== parent && leave(), PARENT_CHECK_MS).unref()
  const controller: Calls = {
    // Terraform waits two seconds for a provider that does not leave by itself.
    '/plugin.GRPCController/Shutdown': { ...call({ request: {}, response: {} }, () => ({})), afterwards: leave },
    '/plugin.GRPCBroker/StartStream': HELD_OPEN,
    '/plugin.GRPCStdio/StreamStdio': HELD_OPEN,
  }
  await serveGrpc(socket, async () => ({ ...(await connect()), ...controller }), agreement.tls)
  process.stdout.write(agreement.announce(socket))
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
  const server = await serveGrpc(socket, () => callsWhenLoaded(async () => provider))
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

/**
 * Each connection has a session of its own: one Terraform, one configuration of the provider. What answers calls is loaded
 * while Terraform connects, and not before it knows where to.
 */
async function callsWhenLoaded<Client>(load: () => Promise<Provider<Client>>): Promise<Calls> {
  const [{ callsOf }, provider] = await Promise.all([import('./service/calls.ts'), load()])
  return callsOf(provider)
}
