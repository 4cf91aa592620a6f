import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { AntipodeError } from '../../../runtime/model/errors.ts'

/** Write-only arguments and ephemeral resources came with it. */
const OLDEST = [1, 11]

export interface TerraformRun {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** A Terraform or OpenTofu of this machine. */
export interface Terraform {
  readonly program: string
  readonly version: string
}

/**
 * Finds `terraform` on the PATH, or what `ANTIPODE_TERRAFORM` names, such as `tofu`.
 *
 * @throws AntipodeError TERRAFORM_MISSING
 */
export async function findTerraform(env: NodeJS.ProcessEnv): Promise<Terraform> {
  const program = env.ANTIPODE_TERRAFORM ?? 'terraform'
  const run = await execute(program, ['version', '-json'], process.cwd(), isolated(env)).catch(() => undefined)
  if (run?.code !== 0) throw new AntipodeError('TERRAFORM_MISSING', { program, reason: 'it could not be run' })
  const version = String((JSON.parse(run.stdout) as { terraform_version?: string }).terraform_version)
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major < (OLDEST[0] ?? 0) || (major === OLDEST[0] && minor < (OLDEST[1] ?? 0))) {
    throw new AntipodeError('TERRAFORM_MISSING', { program, reason: `it is version ${version}` })
  }
  return { program, version }
}

export interface TerraformSurroundings {
  readonly terraform: Terraform
  /** Holds Terraform's own settings, so that those of the user neither help nor hinder. */
  readonly folder: string
  /** `TF_REATTACH_PROVIDERS` */
  readonly reattach: string
  readonly env: NodeJS.ProcessEnv
  readonly signal?: AbortSignal
}

export type RunTerraform = (stack: string, ...args: readonly string[]) => Promise<TerraformRun>

/** Runs Terraform in folders of stacks, with the offline provider, and with neither credentials nor network. */
export function terraformIn(surroundings: TerraformSurroundings): RunTerraform {
  const { terraform, folder, reattach, env, signal } = surroundings
  const settings = join(folder, 'terraform.rc')
  writeFileSync(settings, 'disable_checkpoint = true\n')
  const variables = {
    ...isolated(env),
    CHECKPOINT_DISABLE: '1',
    TF_CLI_CONFIG_FILE: settings,
    TF_IN_AUTOMATION: '1',
    TF_INPUT: '0',
    TF_REATTACH_PROVIDERS: reattach,
  }
  return (stack, ...args) => execute(terraform.program, args, stack, variables, signal)
}

/** An environment without the variables by which Terraform or a provider would do something else. */
function isolated(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(TF_|TOFU_|AWS_|CLOUDFLARE_)/.test(name)))
}

async function execute(
  program: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<TerraformRun> {
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], ...(signal && { signal }) })
  const ended = await Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)])
  const [[code], stdout, stderr] = ended as [[number | null], string, string]
  return { code: code ?? 1, stdout, stderr }
}
