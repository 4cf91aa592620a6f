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
