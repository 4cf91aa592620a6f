import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { startEngine } from './docker-engine.ts'

/**
 * Runs a command with a Docker engine, this machine's or one of its own, and ends with its exit code. Where no engine
 * can run it says why, and ends with 0.
 */
process.env.ANTIPODE_TEST_DOCKER = '1'
const [command = '', ...args] = process.argv.slice(2)
const engine = await startEngine()
if (typeof engine === 'string') process.stderr.write(`skipped: ${command} ${args.join(' ')}: ${engine}\n`)
else {
  try {
    const [code] = await once(spawn(command, args, { stdio: 'inherit', env: engine.env }), 'exit')
    process.exitCode = code ?? 1
  } finally {
    await engine.close()
  }
}
