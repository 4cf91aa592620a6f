import { spawn, spawnSync } from 'node:child_process'
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import { freePort } from '../../toolkit/local/processes/port-holder.ts'
import { ANTIPODE, type CommandLine } from '../toolkit/cli-process.ts'

/** Why pages cannot be run here; false where they can. */
export const cannotRunPages = spawnSync('curl', ['--version']).error ? 'this machine has no curl' : false

/**
 * Runs every `sh` snippet of a page of `docs/`, one after the other, as a reader would, on ports that are free here.
 * @returns what each said
 * @throws where one ends with another code than 0
 */
export async function runPage(page: string, commandLine: CommandLine): Promise<string[]> {
  const text = readFileSync(new URL(`../../docs/${page}`, import.meta.url), 'utf8')
  const snippets = [...text.matchAll(/^```sh\n(.*?)^```/gms)].map(([, snippet]) => snippet!)
  for (const name of ['stacks', 'drills']) {
    symlinkSync(fileURLToPath(new URL(`../../${name}`, import.meta.url)), join(commandLine.directory, name))
  }
  const [gateway, admin, status, sync] = await Promise.all(Array.from({ length: 4 }, () => freePort('127.0.0.1')))
  const config = join(commandLine.directory, 'ports.yaml')
  const ports = {
    apisix: { node_listen: gateway, status: { port: status } },
    deployment: { admin: { admin_listen: { port: admin } } },
    antipode: { sync_listen: { port: sync } },
  }
  writeFileSync(config, stringify(ports))
  const env = {
    ...{ ...process.env, TMPDIR: commandLine.directory, NODE: process.execPath, ANTIPODE },
    ...{ ANTIPODE_CONFIG: config, ANTIPODE_GSLB_PORT: '0' },
  }
  const said: string[] = []
  for (const snippet of snippets) {
    const here = snippet.replaceAll(':9180/', `:${admin}/`).replaceAll(':9080/', `:${gateway}/`)
    // `npx` finds the package's own command in a checkout; a test is no checkout of its own.
    const script = `npx() { shift; "$NODE" "$ANTIPODE" "$@"; }\n${here}`
    said.push(await runSnippet(script, commandLine.directory, env))
  }
  return said
}

async function runSnippet(script: string, cwd: string, env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn('bash', ['-euo', 'pipefail', '-c', script], { cwd, env })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      said += text
    })
  }
  const code = await new Promise((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`this snippet ended with ${code}:\n${script}\n${said}`)
  return said
}
