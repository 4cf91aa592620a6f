import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { createInterface } from 'node:readline'

/**
 * Holds the topology that a drill brings up for itself: runs `antipode up` in a process group of its own, so that a
 * Ctrl-C meant for the drill does not take the topology away before the drill has undone what it did, and stops it when
 * the drill is gone, however it went. Arguments: a folder that goes with it, and the command line of `up`.
 */
const [scratch = '', ...command] = process.argv.slice(2)
const up = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] })
const said: string[] = []

createInterface({ input: up.stdout }).on('line', (line) => {
  if (line.startsWith('{') && (JSON.parse(line) as { event?: string }).event === 'ready')
    process.send?.({ ready: true })
})
createInterface({ input: up.stderr }).on('line', (line) => {
  said.push(line)
  if (said.length > 20) said.shift()
})
up.once('exit', (code) => {
  rmSync(scratch, { recursive: true, force: true })
  // The drill has let go already when it was the one to end this.
  if (process.connected) process.send?.({ exit: code, said }, () => process.exit(code ?? 1))
  else process.exit(code ?? 1)
})
process.once('disconnect', () => up.kill('SIGTERM'))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => up.kill('SIGTERM'))
