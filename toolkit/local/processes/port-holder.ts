import { execFile } from 'node:child_process'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { createServer } from 'node:net'
import { promisify } from 'node:util'
import { AntipodeError } from '../../../runtime/model/errors.ts'

export interface PortToCheck {
  readonly address: string
  readonly port: number
  /** What it is for, for the message. */
  readonly what: string
}

/** Throws PORT_IN_USE for the first port that is taken, naming its holder. */
export async function checkPorts(ports: readonly PortToCheck[]): Promise<void> {
  for (const { address, port, what } of ports) {
    const code = await bindingFails(address, port)
    if (code === 'EADDRINUSE') {
      throw new AntipodeError('PORT_IN_USE', { address, port, what, holder: await findHolder(port) })
    }
    if (code) {
      const reason = code === 'EACCES' ? 'the system lets only root listen there' : `listening there fails with ${code}`
      throw new AntipodeError('USAGE', { reason: `${address}:${port} (${what}): ${reason}` })
    }
  }
}

/** Why nothing can listen there; undefined when something can. */
export async function bindingFails(address: string, port: number): Promise<string | undefined> {
  const server = createServer()
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host: address, port, exclusive: true }, resolve)
    })
    return undefined
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'an unknown error'
  } finally {
    await new Promise((resolve) => server.close(resolve))
  }
}

/** A port of this address that nothing uses now. */
export async function freePort(address: string): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: address, port: 0 }, resolve)
  })
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** The process that listens on a TCP port, in words. */
export async function findHolder(port: number): Promise<string> {
  const holder = process.platform === 'linux' ? await holderFromProc(port) : await holderFromLsof(port)
  return holder ?? 'a process that this user may not see'
}

const LISTENING = '0A'

async function holderFromProc(port: number): Promise<string | undefined> {
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFile(path, 'utf8').catch(() => '')),
  )
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const sockets = new Set(
    tables
      .flatMap((table) => table.split('\n').slice(1))
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[1]?.endsWith(wanted) && fields[3] === LISTENING)
      .map((fields) => `socket:[${fields[9]}]`),
  )
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => [])
    const links = await Promise.all(descriptors.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')))
    if (!links.some((link) => sockets.has(link))) continue
    const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ').trim()
    return `process ${pid} (${command})`
  }
  return undefined
}

async function holderFromLsof(port: number): Promise<string | undefined> {
  const run = promisify(execFile)
  const listing = await run('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fp']).catch(() => undefined)
  const pid = listing?.stdout.match(/^p(\d+)$/m)?.[1]
  if (!pid) return undefined
  const command = await run('ps', ['-o', 'command=', '-p', pid]).catch(() => undefined)
  return `process ${pid} (${command?.stdout.trim() ?? 'unknown'})`
}
