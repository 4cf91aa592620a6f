import { serveProvider } from './framework/serve.ts'

try {
  await serveProvider(async () => (await import('./provider.ts')).antipodeProvider)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
