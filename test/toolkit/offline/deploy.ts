import assert from 'node:assert/strict'
import type { OfflineTerraform, StackOutcome } from '../../../toolkit/offline/offline-terraform.ts'
import type { SynthesisedStack } from '../../../toolkit/offline/terraform/synthesised-stack.ts'
import { eachOnce } from './each-once.ts'

/**
 * Plans and applies every stack, and asserts that a second plan of each one that is `wanted` finds nothing to change.
 * The others are there to be read.
 */
export async function deploy(
  offline: OfflineTerraform,
  stacks: readonly SynthesisedStack[],
  wanted: (stack: SynthesisedStack) => boolean = () => true,
): Promise<void> {
  await eachOnce(stacks, async (stack) => {
    passed(await offline.place(stack))
    const applied = passed(await offline.planAndApply(stack.name))
    assert.ok(applied.changes.add > 0, stack.name)
    if (!wanted(stack)) return
    const again = passed(await offline.plan(stack.name))
    assert.deepEqual(again.changes, { add: 0, change: 0, destroy: 0, replaced: [] }, stack.name)
  })
}

/** No state may hold a secret that was made up, or handed on through a write-only argument. */
export function assertNoSecretInState(offline: OfflineTerraform, stacks: readonly SynthesisedStack[]): void {
  assert.ok(offline.secrets.size >= 2, 'passwords were made and handed on')
  for (const { name } of stacks) {
    const state = offline.state(name)
    for (const secret of offline.secrets) assert.ok(!state.includes(secret), name)
  }
}

/** Takes protections off and destroys every stack, each before those it reads. */
export async function tearDown(offline: OfflineTerraform, stacks: readonly SynthesisedStack[]): Promise<void> {
  const byName = new Map(stacks.map((stack) => [stack.name, stack]))
  const readers = (name: string) => stacks.filter(({ reads }) => Object.values(reads).includes(name))
  const backwards = stacks.map((stack) => {
    return { ...stack, reads: Object.fromEntries(readers(stack.name).map(({ name }) => [name, name])) }
  })
  await eachOnce(backwards, async ({ name }) => {
    const stack = byName.get(name) ?? assert.fail(name)
    if (isProtected(stack)) {
      passed(await offline.place(unprotected(stack)))
      passed(await offline.planAndApply(name))
    }
    passed(await offline.planAndApply(name, '-destroy'))
    assert.deepEqual((JSON.parse(offline.state(name)) as { resources: unknown[] }).resources, [], name)
  })
}

export function passed(outcome: StackOutcome): StackOutcome {
  assert.ok(outcome.ok, `${outcome.stack}: ${JSON.stringify(outcome.findings, null, 2)}`)
  return outcome
}

/** A stack in which every resource of a type has other arguments. */
export function withArguments(
  stack: SynthesisedStack,
  type: string,
  change: Readonly<Record<string, unknown>>,
): SynthesisedStack {
  const named = Object.entries(stack.document.resource?.[type] ?? {})
  const changed = Object.fromEntries(named.map(([name, block]) => [name, { ...(block as object), ...change }]))
  return { ...stack, document: { ...stack.document, resource: { ...stack.document.resource, [type]: changed } } }
}

const PROTECTIONS = {
  aws_db_instance: 'deletion_protection',
  aws_lb: 'enable_deletion_protection',
  aws_rds_cluster: 'deletion_protection',
  aws_rds_global_cluster: 'deletion_protection',
}

function isProtected({ document }: SynthesisedStack): boolean {
  return Object.keys(PROTECTIONS).some((type) => document.resource?.[type])
}

function unprotected(stack: SynthesisedStack): SynthesisedStack {
  return Object.entries(PROTECTIONS).reduce((result, [type, name]) => {
    return result.document.resource?.[type] ? withArguments(result, type, { [name]: false }) : result
  }, stack)
}
