import type { Calls } from './framework/plugin/grpc-server.ts'
import { callsOf } from './framework/service/calls.ts'
import { antipodeProvider } from './provider.ts'

/** What one connection is answered with. All that this takes is one piece of a bundle: it is needed together. */
export function servedCalls(): Calls {
  return callsOf(antipodeProvider)
}
