import type { SynthesisedStack } from '../../../toolkit/offline/terraform/synthesised-stack.ts'

/** Does something with every stack, two at once, each after those it reads. */
export async function eachOnce(
  stacks: readonly SynthesisedStack[],
  run: (stack: SynthesisedStack) => Promise<void>,
): Promise<void> {
  const done = new Set<string>()
  const waiting = new Set(stacks)
  const running = new Set<Promise<void>>()
  while (waiting.size + running.size > 0) {
    const ready = [...waiting].filter(({ reads }) => Object.values(reads).every((name) => done.has(name)))
    for (const stack of ready.slice(0, 2 - running.size)) {
      waiting.delete(stack)
      const task = run(stack).then(() => {
        done.add(stack.name)
        running.delete(task)
      })
      running.add(task)
    }
    await Promise.race(running)
  }
}
