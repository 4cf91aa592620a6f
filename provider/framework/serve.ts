import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Calls, call, type GrpcServer, HELD_OPEN, type MutualTls, serveGrpc } from './plugin/grpc-server.ts'
import { agree } from './plugin/handshake.ts'
import { logLine } from './plugin/log.ts'
import type { Provider } from './provider.ts'
import type { Session } from './service/answers.ts'
import { providerCalls, readingCalls } from './service/provider-calls.ts'
import { resourceCalls } from './service/resource-calls.ts'
import { PROTOCOL_VERSION } from './wire/plugin-protocol.ts'

/** How often a provider looks whether the Terraform that started it is still there. */
const PARENT_CHECK_MS = 1_000

/**
 * Serves a provider to the Terraform that started this process, until it says that it is done, or is gone.
 *
 * @param load gives the provider; called once Terraform knows where to connect, so that both start at the same time
 */
export async function serveProvider<Client>(load: () => Promise<Provider<Client>>): Promise<void> {
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
    '/plugin.GRPCController/Shutdown': call({ request: {}, response: {} }, () => {
      // Terraform waits two seconds for a provider that does not leave by itself.
      setTimeout(leave, 5)
      return {}
    }),
    '/plugin.GRPCBroker/StartStream': HELD_OPEN,
    '/plugin.GRPCStdio/StreamStdio': HELD_OPEN,
  }
  await listen(socket, controller, load, agreement.tls)
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
  const server = await listen(socket, {}, async () => provider)
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

/** Each connection has a session of its own: one Terraform, one configuration of the provider. */
function listen<Client>(
  socket: string,
  others: Calls,
  load: () => Promise<Provider<Client>>,
  tls?: MutualTls,
): Promise<GrpcServer> {
  const log = (message: string, details: Readonly<Record<string, unknown>>) => logLine('error', message, details)
  const connect = async () => {
    const provider = await load()
    const session: Session<Client> = { client: undefined, stop: new AbortController(), log }
    const calls = {
      ...providerCalls(provider, session),
      ...readingCalls(provider, session),
      ...resourceCalls(provider, session),
    }
    const paths = Object.entries(calls).map(([name, served]) => [
      `/tfplugin${PROTOCOL_VERSION}.Provider/${name}`,
      served,
    ])
    return { ...Object.fromEntries(paths), ...others } as Calls
  }
  return serveGrpc(socket, connect, tls)
}
