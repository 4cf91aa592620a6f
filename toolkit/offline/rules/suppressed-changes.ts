import { UNKNOWN, type ValueObject } from '../wire/value.ts'

/** A difference that the provider does not take for one (`DiffSuppressFunc`). */
interface SuppressedChange {
  readonly argument: string
  readonly when: (prior: ValueObject, planned: ValueObject) => boolean
}

const SUPPRESSED: Readonly<Record<string, readonly SuppressedChange[]>> = {
  aws_db_instance: [
    {
      // Storage that grew by itself is more than what is written.
      argument: 'allocated_storage',
      when: (prior, planned) => {
        const [from, to, most] = [prior.allocated_storage, planned.allocated_storage, planned.max_allocated_storage]
        return Number(from) > Number(to) && Number(most) > Number(to)
      },
    },
  ],
}

/** A planned resource that keeps what it has where the provider sees no difference. */
export function withoutSuppressed(type: string, prior: ValueObject | null, planned: ValueObject): ValueObject {
  if (!prior) return planned
  const kept = (SUPPRESSED[type] ?? [])
    .filter(({ argument, when }) => planned[argument] !== UNKNOWN && when(prior, planned))
    .map(({ argument }) => [argument, prior[argument] ?? null] as const)
  return { ...planned, ...Object.fromEntries(kept) }
}
