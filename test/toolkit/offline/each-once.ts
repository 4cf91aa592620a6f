import type { SynthesisedStack } from '../../../toolkit/offline/terraform/synthesised-stack.ts'

/** Does something with every stack, two at once, each after those of them that it reads. */
export async function eachOnce(
  stacks: readonly SynthesisedStack[],
  run: (stack: SynthesisedStack) => Promise<void>,
): Promise<void> {
  const waiting = new Set(stacks)
  const left = new Set(stacks.map(({ name }) => name))
  const running = new Set<Promise<void>>()
  while (waiting.size + running.size > 0) {
    const ready = [...waiting].filter(({ reads }) => Object.values(reads).every((name) => !left.has(name)))
    for (const stack of ready.slice(0, 2 - running.size)) {
      waiting.delete(stack)
      const task = run(stack).then(() => {
        left.delete(stack.name)
        running.delete(task)
      })
      running.add(task)
    }
    await Promise.race(running)
  }
}
