import assert from 'node:assert/strict'
import type { SynthesisedStack } from './synthesise.ts'

/** `aws_x.y` and `data.aws_x.y` of every expression, except those escaped for the runtime. */
function referencesOf(stack: SynthesisedStack): string[] {
  const text = JSON.stringify({ resource: stack.resource, data: stack.data, output: stack.output })
  return [...text.matchAll(/(?<!\$)\$\{(?!\{)([^}]+)\}/g)].flatMap(([, expression = '']) => {
    return [...expression.matchAll(/(?:(?:data|ephemeral)\.)?aws_\w+\.[\w-]+/g)].map(([reference]) => reference)
  })
}

/** Asserts that every reference names a block of its own stack. @returns how many there are */
export function assertOwnReferences(stacks: ReadonlyMap<string, SynthesisedStack>): number {
  let seen = 0
  for (const [id, stack] of stacks) {
    const ephemeral = (stack.ephemeral ?? {}) as Record<string, Record<string, unknown>>
    for (const reference of referencesOf(stack)) {
      const [block = '', type = '', kind] = reference.split('.').reverse()
      const blocks = kind === 'data' ? stack.data : kind === 'ephemeral' ? ephemeral : stack.resource
      assert.ok(blocks[type]?.[block], `${id} refers to ${reference}`)
      seen += 1
    }
  }
  return seen
}

/** Asserts that what a stack reads of another, the other puts out. @returns how many reads there are */
export function assertCrossReferences(stacks: ReadonlyMap<string, SynthesisedStack>): number {
  let seen = 0
  for (const [id, stack] of stacks) {
    const read = JSON.stringify(stack).matchAll(
      /terraform_remote_state\.cross-stack-reference-input-([\w-]+?)--([\w-]+)\.outputs\.([\w-]+)/g,
    )
    for (const [, , producer = '', output = ''] of read) {
      const outputs = stacks.get(producer)?.output as Record<string, unknown> | undefined
      assert.ok(outputs?.[output], `${id} reads ${output} of ${producer}`)
      seen += 1
    }
  }
  return seen
}
