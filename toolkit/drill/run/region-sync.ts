import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { AntipodeError } from '../../../runtime/model/errors.ts'
import type { RegionDrift } from '../verdict/evidence.ts'
import type { AdminRegion } from '../writes/admin-region.ts'
import { DRILL_LABELS, EDITION_LABELS, editionFile } from '../writes/editions.ts'

/** What one command of the operator's did, or found, in every region. */
export interface SyncOutcome {
  /** Regions that were done, or compared, to the end. */
  readonly done: readonly string[]
  /** Regions that were not, and why. */
  readonly missed: readonly { readonly region: string; readonly reason: string }[]
  /** What was not as the files say, in the regions where something was not. */
  readonly drift: readonly RegionDrift[]
}

interface ChangeRecord {
  readonly operation: 'create' | 'update' | 'delete'
  readonly type: string
  readonly name: string
  readonly differences?: readonly { readonly path: string; readonly remote?: unknown; readonly local?: unknown }[]
}

interface RegionRecord {
  readonly name: string
  readonly error?: { readonly message: string }
  readonly changes?: readonly ChangeRecord[]
  readonly done?: readonly ChangeRecord[]
  readonly failed?: readonly { readonly error: string }[]
  readonly left?: readonly unknown[]
}

/** What the files are to say: the edition, and the numbered writes; null for nothing about those. */
export interface Wanted {
  readonly edition: number
  readonly numbers: readonly number[] | null
}

/** Longer than a busy control plane takes; a region that is gone is not to hold the others up. */
const TIMEOUT = '10s'

/**
 * The operator of independent regions: runs `antipode diff` and `antipode sync` on files of the drill's own, for every
 * region at once, as people and pipelines do. The files, and what differed from them last, stay in the report's folder.
 */
export class RegionSync {
  readonly #program: string
  readonly #folder: string
  readonly #regions: readonly AdminRegion[]
  readonly #signal: AbortSignal

  /** @param program the command line's own @param folder of the report */
  constructor(program: string, folder: string, regions: readonly AdminRegion[], signal: AbortSignal) {
    this.#program = program
    this.#folder = folder
    this.#regions = regions
    this.#signal = signal
  }

  /** How every region differs from the files. */
  diff(wanted: Wanted): Promise<SyncOutcome> {
    return this.#run('diff', wanted, ['--output', 'drift.yaml'])
  }

  /** Makes every region equal to the files, as far as it can be reached. */
  sync(wanted: Wanted): Promise<SyncOutcome> {
    return this.#run('sync', wanted, [])
  }

  async #run(command: 'diff' | 'sync', { edition, numbers }: Wanted, more: readonly string[]): Promise<SyncOutcome> {
    const file = 'configuration.yaml'
    // What is written twice is no anchor for people to follow, and many of those are refused.
    const text = stringify(editionFile(edition, numbers), { aliasDuplicateObjects: false })
    await writeFile(join(this.#folder, file), text)
    const selector = Object.entries(numbers === null ? EDITION_LABELS : DRILL_LABELS)
    const keys = this.#regions.map(({ adminKey }) => adminKey ?? 'none')
    const args = [
      ...[this.#program, command, '--file', file, '--json', '--no-managed-by-label', '--timeout', TIMEOUT],
      ...['--server', this.#regions.map(({ name, admin }) => `${name}=${admin}`).join()],
      ...['--token', keys.join(), '--verbose', '0', ...more],
      ...selector.flatMap(([key, value]) => ['--label-selector', `${key}=${value}`]),
    ]
    return outcomeOf(command, await this.#execute(args))
  }

  /** What it printed. That a region was missed shows in its exit code too, so only the absence of a result is an error. */
  #execute(args: readonly string[]): Promise<string> {
    const options = { cwd: this.#folder, env: withoutSettings(process.env), signal: this.#signal, maxBuffer: 2 ** 26 }
    return new Promise((resolve, reject) => {
      execFile(process.execPath, args, options, (error, stdout, stderr) => {
        if (stdout.trimStart().startsWith('{"')) resolve(stdout)
        else reject(new AntipodeError('DRILL_STOPPED', { reason: stderr.trim() || (error?.message ?? 'no result') }))
      })
    })
  }
}

function outcomeOf(command: 'diff' | 'sync', stdout: string): SyncOutcome {
  const { regions, error } = JSON.parse(stdout) as { regions?: RegionRecord[]; error?: { message: string } }
  if (regions === undefined) throw new AntipodeError('DRILL_STOPPED', { reason: error?.message ?? `no ${command}` })
  const missed = regions.flatMap((region) => {
    const reason = region.error?.message ?? region.failed?.[0]?.error ?? (region.left?.length ? 'not finished' : null)
    return reason === null ? [] : [{ region: region.name, reason }]
  })
  return {
    done: regions.map(({ name }) => name).filter((name) => !missed.some(({ region }) => region === name)),
    missed,
    drift: regions.flatMap(({ name, changes, done }) => {
      const resources = (changes ?? done ?? []).map(describe)
      return resources.length === 0 ? [] : [{ region: name, resources }]
    }),
  }
}

/** How a region's resource is not as the files say. */
function describe({ operation, type, name, differences = [] }: ChangeRecord): string {
  const resource = `${type.replaceAll('_', ' ')} ${name}`
  if (operation === 'create') return `${resource} is missing`
  if (operation === 'delete') return `${resource} is in no file`
  const told = differences.map(({ path, remote, local }) => `${path} is ${shown(remote)}, not ${shown(local)}`)
  return `${resource}: ${told.join(', ')}`
}

function shown(value: unknown): string {
  return value === undefined ? 'absent' : JSON.stringify(value)
}

/** What a person has set for commands of their own is no business of the drill's. */
function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(ANTIPODE|ADC)_/.test(name)))
}
