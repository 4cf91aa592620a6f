import { type TerraformResource, TerraformStack } from 'cdktf'
import type { Construct } from 'constructs'

/**
 * Gives what belongs to one generation a Terraform name of its own, or the next generation would rename it or take it
 * away: `database_g2`. Earlier generations are forgotten without being touched: an old database is removed by an explicit
 * step of its own, never because a number was raised.
 *
 * @param part tells apart what is of one type
 */
export function belongsToGeneration(
  scope: Construct,
  resource: TerraformResource,
  generation: number,
  part?: string,
): void {
  const { terraformResourceType: type } = resource
  const stack = TerraformStack.of(scope)
  const path = scope.node.path.slice(stack.node.path.length + 1).replaceAll('/', '_')
  const name = (of: number): string => [path, part, `g${of}`].filter((word) => word !== undefined).join('_')
  resource.overrideLogicalId(name(generation))
  const earlier = Array.from({ length: generation - 1 }, (_, index) => index + 1)
  for (const old of earlier) forget(stack, `${type}.${name(old)}`)
}

/** By stack, since blocks of one kind are overridden all at once. */
const forgotten = new WeakMap<TerraformStack, string[]>()

function forget(stack: TerraformStack, from: string): void {
  const all = [...(forgotten.get(stack) ?? []), from]
  forgotten.set(stack, all)
  stack.addOverride(
    'removed',
    all.toSorted().map((address) => ({ from: address, lifecycle: { destroy: false } })),
  )
}
