import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Cloud } from './provider/cloud.ts'
import { serveProviders } from './provider/serve-provider.ts'
import { recoverSchema, type UsedTypes } from './schema/recover-schema.ts'
import { AWS, VENDORS } from './schema/vendor.ts'
import { type PlannedChanges, readMessages, type StackFinding } from './terraform/messages.ts'
import { type PlannedResource, readPlan } from './terraform/planned-resources.ts'
import { type SynthesisedStack, usedTypes, withLocalState } from './terraform/synthesised-stack.ts'
import { type RunTerraform, type Terraform, terraformIn } from './terraform/terraform.ts'

/** The outcome of one command of Terraform on one stack. */
export interface StackOutcome {
  readonly stack: string
  /** Terraform did what it was told. */
  readonly ok: boolean
  readonly findings: readonly StackFinding[]
  readonly changes: PlannedChanges
}

/**
 * The real Terraform over copies of synthesised stacks, with a provider that asks nobody and state in files beside
 * them. It proves shapes, references and rules; it does not prove that AWS would do it.
 */
export interface OfflineTerraform {
  /** Where the copies and their states are. */
  readonly folder: string
  /** Secrets that were made up or handed on; none may be found below `folder`. */
  readonly secrets: ReadonlySet<string>
  /** What the provider takes for AWS: change it, and the next plan sees that. */
  readonly cloud: Cloud
  /** Puts a stack in its folder and initialises it; another version of one that is there needs no more than that. */
  place(stack: SynthesisedStack): Promise<StackOutcome>
  validate(stack: string): Promise<StackOutcome>
  /** Plans and keeps the plan for `apply`. */
  plan(stack: string, ...flags: readonly string[]): Promise<StackOutcome>
  /** What the kept plan does to each resource that it does not leave alone. */
  planned(stack: string): Promise<readonly PlannedResource[]>
  /** The kept plan, as `terraform show -json` prints it. */
  show(stack: string): Promise<string>
  /** Applies the plan that was kept. */
  apply(stack: string): Promise<StackOutcome>
  /** Plans and applies at once. */
  planAndApply(stack: string, ...flags: readonly string[]): Promise<StackOutcome>
  /** The state that Terraform wrote for a stack. */
  state(stack: string): string
  close(): Promise<void>
}

/** A provider that is served by somebody else, where a stack uses it. */
export interface OtherProvider {
  /** As stacks name it, such as `antipode`. */
  readonly name: string
  /** @returns `reattach`: `TF_REATTACH_PROVIDERS` of it alone */
  readonly serve: () => Promise<{ readonly reattach: string; close(): Promise<void> }>
}

export interface OfflineTerraformOptions {
  readonly terraform: Terraform
  /** All that will be placed, so that the provider knows every type. */
  readonly stacks: readonly SynthesisedStack[]
  readonly env: NodeJS.ProcessEnv
  readonly signal?: AbortSignal
  /** Beside those of clouds. @default none */
  readonly others?: readonly OtherProvider[]
}

const PLAN = 'planned'

export async function startOfflineTerraform(options: OfflineTerraformOptions): Promise<OfflineTerraform> {
  const { terraform, stacks, env, signal, others = [] } = options
  // Without its constructs nobody has stacks of a vendor, and so nothing of it to serve.
  const vendors = VENDORS.filter((vendor) => vendor === AWS || usesAny(usedTypes(stacks, vendor)))
  const provider = await serveProviders(vendors.map((vendor) => recoverSchema(usedTypes(stacks, vendor), vendor)))
  const needed = others.filter(({ name }) => stacks.some(({ document }) => document.provider?.[name] !== undefined))
  const served = await Promise.all(needed.map(({ serve }) => serve()))
  const reattach = JSON.stringify(
    Object.assign({}, ...[provider, ...served].map(({ reattach: one }) => JSON.parse(one) as object)),
  )
  const folder = await mkdtemp(join(tmpdir(), 'antipode-offline-'))
  const run = terraformIn({ terraform, folder, reattach, env, ...(signal && { signal }) })
  const states = join(folder, 'states')
  mkdirSync(states)
  const at = (stack: string): string => join(folder, stack)
  return {
    folder,
    secrets: provider.secrets,
    cloud: provider.cloud,
    place: async (stack) => {
      const known = existsSync(at(stack.name))
      mkdirSync(at(stack.name), { recursive: true })
      writeFileSync(join(at(stack.name), 'cdk.tf.json'), JSON.stringify(withLocalState(stack, states)))
      return known ? unchanged(stack.name) : outcome(run, stack.name, at(stack.name), 'init', '-json')
    },
    validate: async (stack) => {
      const { code, stdout } = await run(at(stack), 'validate', '-json')
      const { diagnostics } = JSON.parse(stdout) as { diagnostics: StackFinding[] }
      return { stack, ok: code === 0, findings: diagnostics.map(plain), changes: readMessages('').changes }
    },
    plan: (stack, ...flags) => outcome(run, stack, at(stack), 'plan', '-json', `-out=${PLAN}`, ...flags),
    planned: async (stack) => readPlan((await run(at(stack), 'show', '-json', PLAN)).stdout),
    show: async (stack) => (await run(at(stack), 'show', '-json', PLAN)).stdout,
    apply: (stack) => outcome(run, stack, at(stack), 'apply', '-json', PLAN),
    planAndApply: (stack, ...flags) => outcome(run, stack, at(stack), 'apply', '-json', '-auto-approve', ...flags),
    state: (stack) => readFileSync(join(states, `${stack}.tfstate`), 'utf8'),
    close: async () => {
      await Promise.all([provider, ...served].map((one) => one.close()))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function usesAny(used: UsedTypes): boolean {
  return Object.values(used).some(({ size }) => size > 0)
}

/** Nothing to run, nothing said. */
function unchanged(stack: string): StackOutcome {
  return { stack, ok: true, findings: [], changes: readMessages('').changes }
}

async function outcome(
  run: RunTerraform,
  stack: string,
  folder: string,
  ...args: readonly string[]
): Promise<StackOutcome> {
  const { code, stdout, stderr } = await run(folder, ...args)
  const { findings, changes } = readMessages(stdout)
  // What fails before Terraform has read its flags is said in plain words.
  const silent = code !== 0 && !findings.some(({ severity }) => severity === 'error')
  const words = stderr.trim() || stdout.trim()
  const unread: StackFinding = {
    severity: 'error',
    summary: `terraform ${args[0]} ended with code ${code}`,
    detail: words,
  }
  return { stack, ok: code === 0, findings: silent ? [...findings, unread] : findings, changes }
}

/** Without the excerpts of the file that Terraform adds. */
function plain({ severity, summary, detail, ...more }: StackFinding): StackFinding {
  const { address } = more as { address?: string }
  return { severity, summary, detail: detail ?? '', ...(address && { address }) }
}
