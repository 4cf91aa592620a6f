import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { POSTGRES_MAJORS, preparePostgres } from './database/binaries.ts'
import { bindingFails, findHolder } from './processes/port-holder.ts'

export interface Finding {
  readonly what: string
  readonly ok: boolean
  /** Nothing runs without it. */
  readonly fatal: boolean
  readonly finding: string
}

const DEFAULT_PORTS = { gateway: 9080, 'Admin API': 9180, status: 7085, sync: 7943, GSLB: 5300 }

/** Whether this machine can run a topology, and with what restrictions. */
export async function examineMachine(): Promise<Finding[]> {
  return [nodeVersion(), ...(await Promise.all([...POSTGRES_MAJORS.map(postgres), loopback(), ...ports()]))]
}

function nodeVersion(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const ok = major > 22 || (major === 22 && minor >= 18)
  return {
    what: 'Node.js',
    ok,
    fatal: true,
    finding: `${process.versions.node}${ok ? '' : '; 22.18 or later is needed'}`,
  }
}

async function postgres(major: number): Promise<Finding> {
  const what = `PostgreSQL ${major}`
  const scratch = mkdtempSync(join(tmpdir(), 'antipode-doctor-'))
  try {
    const binaries = await preparePostgres(major, undefined, scratch)
    const { stdout } = await promisify(execFile)(binaries.postgres, ['--version'])
    return { what, ok: true, fatal: true, finding: stdout.trim() }
  } catch (error) {
    return { what, ok: false, fatal: true, finding: (error as Error).message }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

async function loopback(): Promise<Finding> {
  const ok = (await bindingFails('127.0.0.2', 0)) === undefined
  const finding = ok ? 'each region gets its own' : 'only 127.0.0.1: regions get ports 100 apart'
  return { what: 'loopback addresses', ok, fatal: false, finding }
}

function ports(): Promise<Finding>[] {
  return Object.entries(DEFAULT_PORTS).map(async ([name, port]) => {
    const taken = (await bindingFails('127.0.0.1', port)) !== undefined
    const finding = taken ? `${port} is held by ${await findHolder(port)}` : `${port} is free`
    return { what: `port, ${name}`, ok: !taken, fatal: false, finding }
  })
}
