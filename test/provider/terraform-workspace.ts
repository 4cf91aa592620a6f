import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Provider } from '../../provider/framework/provider.ts'
import { type ServedProvider, serveReattached } from '../../provider/framework/serve.ts'

export const SOURCE = 'registry.terraform.io/antipode/antipode'

/** Why tests of the real Terraform cannot run here, or false. */
export const skip: false | string =
  spawnSync('terraform', ['version'], { env: { PATH: process.env.PATH, CHECKPOINT_DISABLE: '1' } }).status === 0
    ? false
    : 'needs terraform on the PATH'

export interface TerraformRun {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

// biome-ignore lint/suspicious/noExplicitAny: Terraform's own JSON, as an outsider reads it.
type Json = any

/** A folder with a configuration, a home of its own, and the real Terraform that uses a provider in this process. */
export class TerraformWorkspace {
  readonly folder = mkdtempSync(join(tmpdir(), 'antipode-test-'))
  readonly #env: NodeJS.ProcessEnv
  readonly #served: ServedProvider | undefined

  /** With a provider that runs in this process. */
  static async over<Client>(provider: Provider<Client>, env: NodeJS.ProcessEnv = {}): Promise<TerraformWorkspace> {
    return new TerraformWorkspace(env, await serveReattached(SOURCE, provider))
  }

  constructor(env: NodeJS.ProcessEnv, served?: ServedProvider, settings = '') {
    this.#served = served
    const settingsFile = join(this.folder, 'terraform.rc')
    writeFileSync(settingsFile, `disable_checkpoint = true\n${settings}`)
    this.#env = {
      ...{ PATH: process.env.PATH, HOME: this.folder, TMPDIR: tmpdir() },
      ...{ TF_CLI_CONFIG_FILE: settingsFile, TF_IN_AUTOMATION: '1', TF_INPUT: '0', CHECKPOINT_DISABLE: '1' },
      ...(served && { TF_REATTACH_PROVIDERS: served.reattach }),
      ...env,
    }
  }

  write(configuration: string, file = 'main.tf'): void {
    writeFileSync(join(this.folder, file), configuration)
  }

  async run(...args: string[]): Promise<TerraformRun> {
    return this.start(...args).ended
  }

  start(...args: string[]) {
    const child = spawn('terraform', args, { cwd: this.folder, env: this.#env, stdio: ['ignore', 'pipe', 'pipe'] })
    const ended = Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]).then(
      ([[code], stdout, stderr]): TerraformRun => ({ code: (code as number | null) ?? 1, stdout, stderr }),
    )
    return { child, ended }
  }

  /** @throws Error with what Terraform said, where it failed */
  async succeed(...args: string[]): Promise<TerraformRun> {
    const run = await this.run(...args)
    if (run.code !== 0)
      throw new Error(`terraform ${args.join(' ')} ended with ${run.code}\n${run.stdout}${run.stderr}`)
    return run
  }

  apply(...args: string[]): Promise<TerraformRun> {
    return this.succeed('apply', '-auto-approve', '-no-color', ...args)
  }

  /** What a plan would do, by address. */
  async changes(...args: string[]): Promise<Record<string, string>> {
    await this.succeed('plan', '-no-color', '-out=tfplan', ...args)
    const { resource_changes = [] } = JSON.parse((await this.succeed('show', '-json', 'tfplan')).stdout) as Json
    return Object.fromEntries(
      (resource_changes as Json[])
        .filter(({ change }) => change.actions.join() !== 'no-op')
        .map(({ address, change }) => [address, change.actions.join('+')]),
    )
  }

  /** The attributes of a resource in the state. */
  async attributes(address: string): Promise<Record<string, Json>> {
    const { values } = JSON.parse((await this.succeed('show', '-json')).stdout) as Json
    const found = values?.root_module?.resources?.find((resource: Json) => resource.address === address)
    if (!found) throw new Error(`${address} is not in the state`)
    return found.values
  }

  stateText(): string {
    const file = join(this.folder, 'terraform.tfstate')
    return existsSync(file) ? readFileSync(file, 'utf8') : ''
  }

  async close(): Promise<void> {
    await this.#served?.close()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
