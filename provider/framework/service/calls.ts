import type { Calls } from '../plugin/grpc-server.ts'
import { logLine } from '../plugin/log.ts'
import type { Provider } from '../provider.ts'
import { type CallName, pathOf } from '../wire/plugin-protocol.ts'
import type { Session } from './answers.ts'
import { providerCalls, readingCalls } from './provider-calls.ts'
import { resourceCalls } from './resource-calls.ts'

/** Every call of one connection, by its path. */
export function callsOf<Client>(provider: Provider<Client>): Calls {
  const session: Session<Client> = {
    client: undefined,
    stop: new AbortController(),
    log: (message, details) => logLine('error', message, details),
  }
  const calls = [providerCalls, readingCalls, resourceCalls].map((make) => Object.entries(make(provider, session)))
  const paths = calls.flat().map(([name, call]) => [pathOf(name as CallName), call] as const)
  return Object.fromEntries(paths)
}
