import { availableParallelism } from 'node:os'
import { AntipodeError } from '../../runtime/model/errors.ts'
import { type OfflineTerraform, type OtherProvider, startOfflineTerraform } from './offline-terraform.ts'
import type { StackFinding } from './terraform/messages.ts'
import { countResources, readStacks, type SynthesisedStack } from './terraform/synthesised-stack.ts'
import { findTerraform } from './terraform/terraform.ts'

/** What the check found in one stack. */
export interface CheckedStack {
  readonly stack: string
  readonly resources: number
  /** `skipped`: a stack whose state it reads failed. */
  readonly outcome: 'passed' | 'failed' | 'skipped'
  readonly findings: readonly StackFinding[]
}

export interface CheckResult {
  /** Of Terraform. */
  readonly version: string
  readonly stacks: readonly CheckedStack[]
}

export interface CheckOptions {
  readonly env: NodeJS.ProcessEnv
  readonly signal?: AbortSignal
  /** Providers beside those of clouds. @default none */
  readonly others?: readonly OtherProvider[]
}

/** Terraform uses about one processor; more at once only wait for each other. */
const AT_ONCE = availableParallelism()

/**
 * Initialises, validates, plans and applies the synthesised stacks of a directory with the real Terraform, each after
 * those whose state it reads, against a provider that asks nobody: without credentials, network or AWS. Applying makes
 * the outputs that later stacks read.
 *
 * @throws AntipodeError TERRAFORM_MISSING
 */
export async function checkStacks(outdir: string, options: CheckOptions): Promise<CheckResult> {
  const terraform = await findTerraform(options.env)
  const stacks = readStacks(outdir)
  const offline = await startOfflineTerraform({ ...options, terraform, stacks })
  try {
    return { version: terraform.version, stacks: await inOrder(stacks, (stack) => checkStack(offline, stack)) }
  } finally {
    await offline.close()
  }
}

async function checkStack(offline: OfflineTerraform, stack: SynthesisedStack): Promise<CheckedStack> {
  const checked = { stack: stack.name, resources: countResources(stack) }
  if (stack.foreign) return { ...checked, outcome: 'failed', findings: stack.foreign.map(foreignState) }
  const findings: StackFinding[] = []
  const steps = [() => offline.place(stack), () => offline.validate(stack.name), () => offline.planAndApply(stack.name)]
  for (const step of steps) {
    const outcome = await step()
    // Terraform says the same again at every step.
    findings.push(...outcome.findings.filter((finding) => !findings.some((known) => isSame(known, finding))))
    if (!outcome.ok) return { ...checked, outcome: 'failed', findings }
  }
  return { ...checked, outcome: 'passed', findings }
}

/** Reading it would take the network and credentials. */
function foreignState(reader: string): StackFinding {
  return {
    severity: 'error',
    summary: 'the state of a stack that is not among these is read',
    detail: 'Synthesise both into one directory.',
    address: `data.terraform_remote_state.${reader}`,
  }
}

/** The check as a command reports it: for machines, for people, and what to fail with. */
export async function check(
  outdir: string,
  options: CheckOptions,
): Promise<{ result: CheckResult; text: string; failure?: AntipodeError }> {
  const result = await checkStacks(outdir, options)
  const failure = failureOf(result)
  return { result, text: describeCheck(result), ...(failure && { failure }) }
}

function failureOf(result: CheckResult): AntipodeError | undefined {
  const failed = result.stacks.filter(({ outcome }) => outcome !== 'passed').map(({ stack }) => stack)
  if (failed.length === 0) return undefined
  const [count, all] = [failed.length, result.stacks.length]
  return new AntipodeError('STACKS_REFUSED', { count, all, stacks: failed.join(', '), check: result })
}

/** A check's outcome for people. */
function describeCheck({ version, stacks }: CheckResult): string {
  const marks = { passed: '✔', failed: '✖', skipped: '–' }
  const width = Math.max(...stacks.map(({ stack }) => stack.length))
  const lines = stacks.flatMap(({ stack, resources, outcome, findings }) => [
    `  ${marks[outcome]} ${stack.padEnd(width)}  ${String(resources).padStart(3)} resources  ${outcome}`,
    ...findings.map((finding) => describeFinding(finding).replaceAll(/^(?=.)/gm, '      ')),
  ])
  return [`Checked with Terraform ${version}, without AWS:`, ...lines].join('\n')
}

function describeFinding({ severity, summary, detail, address }: StackFinding): string {
  return [`${severity}: ${address ? `${address}: ` : ''}${summary}`, detail].filter(Boolean).join('\n')
}

/** Runs a few at once, each stack after those it reads, and none after one that failed. */
async function inOrder(
  stacks: readonly SynthesisedStack[],
  check: (stack: SynthesisedStack) => Promise<CheckedStack>,
): Promise<CheckedStack[]> {
  const done = new Map<string, CheckedStack>()
  const waiting = new Set(stacks)
  const running = new Set<Promise<void>>()
  const run = async (stack: SynthesisedStack): Promise<void> => {
    const blocker = Object.values(stack.reads).find((name) => done.get(name)?.outcome !== 'passed')
    done.set(stack.name, blocker ? skipped(stack, blocker) : await check(stack))
  }
  while (waiting.size + running.size > 0) {
    const ready = [...waiting].filter(({ reads }) => Object.values(reads).every((name) => done.has(name)))
    for (const stack of ready.slice(0, AT_ONCE - running.size)) {
      waiting.delete(stack)
      const task: Promise<void> = run(stack).finally(() => running.delete(task))
      running.add(task)
    }
    await Promise.race(running)
  }
  return stacks.flatMap(({ name }) => done.get(name) ?? [])
}

function skipped(stack: SynthesisedStack, blocker: string): CheckedStack {
  const summary = `not checked, since ${blocker}, whose state it reads, failed`
  const findings = [{ severity: 'warning', summary, detail: '' }] as const
  return { stack: stack.name, resources: countResources(stack), outcome: 'skipped', findings }
}

function isSame(left: StackFinding, right: StackFinding): boolean {
  return left.summary === right.summary && left.detail === right.detail && left.address === right.address
}
