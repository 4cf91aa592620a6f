import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Calls, call, callIn, type FindCall, HELD_OPEN, serveGrpc } from './plugin/grpc-server.ts'
import { agree } from './plugin/handshake.ts'
import { CALLS, pathOf } from './wire/plugin-protocol.ts'

/** From so many calls on a provider is one that lives for a second or more, and not for a tenth of one. */
const MANY_CALLS = 20
/** How often a provider looks whether the Terraform that started it is still there. */
const PARENT_CHECK_MS = 1_000

/**
 * Serves a provider to the Terraform that started this process, until it says that it is done, or is gone. Of the three
 * providers that Terraform starts for a plan one is asked for its schema alone: where that was encoded before, nothing else
 * is loaded then.
 *
 * @param load gives `callsOf` the provider; called for each connection, once Terraform asks for more than the schema
 * @param schema gives `encodeSchema` of the provider. @default one of the calls
 */
export async function serveCalls(load: () => Promise<Calls>, schema?: () => Promise<Uint8Array>): Promise<void> {
  return servePlugin(() => callsWhenAsked(load, schema))
}

/**
 * Serves calls to the Terraform that started this process, until it says that it is done, or is gone.
 *
 * @param connect gives the calls of one connection
 */
export async function servePlugin(connect: () => FindCall): Promise<void> {
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
  let calls = 0
  const find = (): FindCall => {
    const others = connect()
    return (path) => {
      calls += 1
      if (calls === MANY_CALLS) void stopOptimising()
      return callIn(controller, path) ?? others(path)
    }
  }
  await serveGrpc(socket, find, agreement.tls)
  process.stdout.write(agreement.announce(socket))
}

/**
 * What an optimising compiler takes, of time and memory, no provider lives long enough to get back. It is told now and not
 * by a flag of Node's: with another flag than those it was built with, Node compiles its own modules at every start.
 */
async function stopOptimising(): Promise<void> {
  const { setFlagsFromString } = await import('node:v8')
  setFlagsFromString('--no-opt')
}

/** Each connection has a session of its own: one Terraform, one configuration of the provider. */
export function callsWhenAsked(load: () => Promise<Calls>, schema?: () => Promise<Uint8Array>): FindCall {
  const known: Calls = schema ? { [pathOf('GetProviderSchema')]: call(CALLS.GetProviderSchema, schema) } : {}
  let loading: Promise<Calls> | undefined
  return async (path) => {
    const found = callIn(known, path)
    if (found) return found
    loading ??= load()
    return callIn(await loading, path)
  }
}
