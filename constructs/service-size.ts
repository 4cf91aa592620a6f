import type { Construct } from 'constructs'
import type { PropProblems } from './invalid-prop.ts'
import { keyProblem, wholeNumberProblem } from './prop-rules.ts'

/** How many tasks of which size. */
export interface ServiceSize {
  /** Always running. */
  readonly instances: number
  /** @default instances: no scaling */
  readonly growsTo?: number
  /** Thousandths of a processor of one task. @default 1024 */
  readonly cpu?: number
  /** MiB of one task. @default 2048 */
  readonly memory?: number
}

/** Only the size of some props, to be passed on. */
export function sizeOf({ instances, growsTo, cpu, memory }: ServiceSize): ServiceSize {
  return {
    instances,
    ...(growsTo !== undefined && { growsTo }),
    ...(cpu !== undefined && { cpu }),
    ...(memory !== undefined && { memory }),
  }
}

interface ServiceProps extends ServiceSize {
  readonly keyArn: string
  readonly regionIndex: number
}

/** What any service of the runtime is refused for. */
export function serviceProblems(scope: Construct, props: ServiceProps): PropProblems {
  const { instances, growsTo = instances, cpu = 1024, memory = 2048 } = props
  return {
    instances: wholeNumberProblem(instances, 1),
    growsTo: growsTo < instances && `${growsTo} is less than the ${instances} instances; use ${instances} or more`,
    regionIndex: wholeNumberProblem(props.regionIndex, 1, 63),
    keyArn: keyProblem(scope, props.keyArn),
    memory: memoryProblem(cpu, memory),
    cpu: !MEMORY[cpu] && `${cpu} is no size of Fargate; use one of ${Object.keys(MEMORY).join(', ')}`,
  }
}

/** MiB that Fargate offers with so many thousandths of a processor. */
const MEMORY: Readonly<Record<number, readonly number[]>> = {
  256: [512, 1024, 2048],
  512: steps(1024, 4096),
  1024: steps(2048, 8192),
  2048: steps(4096, 16_384),
  4096: steps(8192, 30_720),
  8192: steps(16_384, 61_440, 4096),
  16384: steps(32_768, 122_880, 8192),
}

function steps(from: number, to: number, step = 1024): number[] {
  return Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step)
}

function memoryProblem(cpu: number, memory: number): string | undefined {
  const offered = MEMORY[cpu]
  if (!offered || offered.includes(memory)) return undefined
  const near = offered.find((size) => size > memory) ?? offered.at(-1)
  return `${memory} MiB does not go with ${cpu} thousandths of a processor; use ${near}`
}
