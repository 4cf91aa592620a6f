import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Calls, call, callIn } from '../provider/framework/plugin/grpc-server.ts'
import { servePlugin } from '../provider/framework/serve-calls.ts'
import { CALLS, type CallName, pathOf } from '../provider/framework/wire/plugin-protocol.ts'

/**
 * A provider that does nothing: it offers the schema in a file beside it, and says of every resource that it is as it was.
 * Terraform makes the same calls to it as to the one whose schema that is, so that what a plan takes with it is what
 * Terraform, the plugin protocol and a process of Node cost by themselves.
 */
const NOTHING: Partial<Record<keyof typeof CALLS, Calls[string]>> = {
  GetProviderSchema: call(CALLS.GetProviderSchema, () => readFileSync(join(dirname(process.argv[1]!), 'schema.bin'))),
  ValidateProviderConfig: call(CALLS.ValidateProviderConfig, () => ({})),
  ConfigureProvider: call(CALLS.ConfigureProvider, () => ({})),
  ValidateResourceConfig: call(CALLS.ValidateResourceConfig, () => ({})),
  UpgradeResourceState: call(CALLS.UpgradeResourceState, ({ raw_state }) => ({
    upgraded_state: { json: raw_state?.json },
  })),
  ReadResource: call(CALLS.ReadResource, ({ current_state }) => ({ new_state: current_state })),
  PlanResourceChange: call(CALLS.PlanResourceChange, ({ prior_state }) => ({ planned_state: prior_state })),
  StopProvider: call(CALLS.StopProvider, () => ({})),
}

const paths = Object.entries(NOTHING).map(([name, answered]) => [pathOf(name as CallName), answered])
const calls = Object.fromEntries(paths) as Calls
servePlugin(() => (path) => callIn(calls, path)).catch((error: unknown) => {
  console.error(error)
  process.exitCode = 1
})
