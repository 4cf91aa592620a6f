import { type OfflineTerraform, type OtherProvider, startOfflineTerraform } from './offline-terraform.ts'
import { readStacks, type SynthesisedStack } from './terraform/synthesised-stack.ts'
import { findTerraform } from './terraform/terraform.ts'

/** A plan as `terraform show -json` prints it. */
export interface PlanOfStack {
  readonly stack: string
  readonly text: string
}

/**
 * Plans every stack that differs between two syntheses with the real Terraform, from the state that applying the first
 * would have left: without an account, without network. What is deployed may differ.
 *
 * @param base null: nothing is there yet
 * @throws AntipodeError TERRAFORM_MISSING
 * @throws Error with what Terraform said of a stack that it does not plan
 */
export async function planBetween(
  base: string | null,
  head: string,
  options: {
    readonly env: NodeJS.ProcessEnv
    readonly signal?: AbortSignal
    readonly others?: readonly OtherProvider[]
  },
): Promise<PlanOfStack[]> {
  const terraform = await findTerraform(options.env)
  const [before, after] = [base === null ? [] : readStacks(base), readStacks(head)]
  const old = new Map(before.map((stack) => [stack.name, stack]))
  const wanted = withWhatTheyRead(after, new Set(after.filter((stack) => differs(stack, old)).map(({ name }) => name)))
  const offline = await startOfflineTerraform({ ...options, terraform, stacks: [...before, ...after] })
  try {
    const plans: PlanOfStack[] = []
    for (const stack of after.filter(({ name }) => wanted.has(name))) {
      const known = old.get(stack.name)
      if (known) await applied(offline, known)
      await offline.place(stack)
      if (!differs(stack, old)) continue
      refuse(stack, await offline.plan(stack.name))
      plans.push({ stack: stack.name, text: await offline.show(stack.name) })
      // Later stacks read what it puts out.
      if (!known) await offline.apply(stack.name)
    }
    return plans
  } finally {
    await offline.close()
  }
}

function differs(stack: SynthesisedStack, old: ReadonlyMap<string, SynthesisedStack>): boolean {
  const known = old.get(stack.name)
  return known === undefined || JSON.stringify(known.document) !== JSON.stringify(stack.document)
}

/** Those, and all whose outputs they read. */
function withWhatTheyRead(stacks: readonly SynthesisedStack[], names: Set<string>): Set<string> {
  // Each comes after those it reads.
  for (const { name, reads } of stacks.toReversed()) {
    if (names.has(name)) for (const read of Object.values(reads)) names.add(read)
  }
  return names
}

async function applied(offline: OfflineTerraform, stack: SynthesisedStack): Promise<void> {
  refuse(stack, await offline.place(stack))
  refuse(stack, await offline.planAndApply(stack.name))
}

function refuse({ name }: SynthesisedStack, outcome: Awaited<ReturnType<OfflineTerraform['plan']>>): void {
  if (outcome.ok) return
  const said = outcome.findings.filter(({ severity }) => severity === 'error')
  const reasons = said.map(({ address, summary, detail }) => `${address ?? name}: ${summary}. ${detail.split('\n')[0]}`)
  throw new Error(`${name} does not plan: ${reasons.join('; ')}`)
}
