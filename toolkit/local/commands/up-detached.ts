import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { AntipodeError, ERRORS, type ErrorCode } from '../../../runtime/model/errors.ts'
import type { CommandContext } from '../../command.ts'
import type { LocalSurroundings, UpFlags } from '../commands.ts'
import type { LocalDescription } from '../local-topology.ts'

/** Receives what the detached `up` prints; beside the data when that is kept. */
const READY_FILE = 'up.jsonl'

/** Starts `up` in a session of its own, and returns when it says that it is ready. */
export async function upDetached(
  topologyFile: string | undefined,
  flags: UpFlags,
  context: CommandContext,
  surroundings: LocalSurroundings,
): Promise<void> {
  const kept = flags.dataDir ?? mkdtempSync(join(tmpdir(), 'antipode-detached-'))
  mkdirSync(kept, { recursive: true })
  const path = join(kept, READY_FILE)
  rmSync(path, { force: true })
  const log = openSync(path, 'a', 0o600)
  const child = spawn(process.execPath, [surroundings.programs.antipode, ...argumentsFor(topologyFile, flags)], {
    ...{ stdio: ['ignore', log, log], detached: true, cwd: context.cwd },
    env: { ...context.env, ANTIPODE_DETACH: undefined },
  })
  closeSync(log)
  const interrupted = (): void => void child.kill('SIGTERM')
  context.signal.addEventListener('abort', interrupted)
  try {
    for (;;) {
      const lines = readFileSync(path, 'utf8').split('\n')
      const ready = lines.find((line) => line.startsWith('{"event":"ready"'))
      if (ready) {
        const description = JSON.parse(ready) as LocalDescription
        context.result(description)
        context.say(`${description.topology} is up; \`antipode down\` stops it`)
        if (flags.engine !== 'local') context.say(`faults of links: ${description.linkFaults}`)
        break
      }
      if (child.exitCode !== null || child.signalCode !== null) throw failureIn(lines)
      await sleep(50)
    }
  } finally {
    context.signal.removeEventListener('abort', interrupted)
    if (!flags.dataDir) rmSync(kept, { recursive: true, force: true })
    child.unref()
  }
}

function argumentsFor(topologyFile: string | undefined, flags: UpFlags): string[] {
  const named = { 'data-dir': flags.dataDir, 'admin-key': flags.adminKey, config: flags.config, image: flags.image }
  return [
    ...['up', ...(topologyFile ? [topologyFile] : []), '--json'],
    ...Object.entries(named).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value])),
    ...['--instances', String(flags.instances), '--gslb-port', String(flags.gslbPort)],
    ...['--engine', flags.engine],
    ...(flags.supervise ? ['--supervise'] : []),
    ...(flags.prepare.length > 0 ? ['--prepare', flags.prepare.join()] : []),
  ]
}

/** The error that the detached `up` reported as its result. */
function failureIn(lines: readonly string[]): Error {
  const line = lines.findLast((candidate) => candidate.startsWith('{"error"'))
  if (!line) return new AntipodeError('START_FAILED', { what: '`antipode up`', reason: lines.join('\n').trim() })
  const { error } = JSON.parse(line) as { error: { code: string; message: string; details?: Record<string, unknown> } }
  return error.code in ERRORS ? new AntipodeError(error.code as ErrorCode, error.details) : new Error(error.message)
}
