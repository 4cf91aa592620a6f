import { serveProvider } from './framework/serve.ts'

serveProvider(async () => (await import('./provider.ts')).antipodeProvider).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
