import { keepCompiledCode } from './compiled-code.ts'
import { serveCalls } from './framework/serve-calls.ts'

keepCompiledCode()

const calls = async () => (await import('./served-calls.ts')).servedCalls()
const schema = async () => (await import('./encoded-schema.ts')).ENCODED_SCHEMA

serveCalls(calls, schema).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
