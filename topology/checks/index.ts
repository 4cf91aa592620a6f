import type { Check } from './check.ts'

/** Every rule, in the order in which its problems are reported. */
export const CHECKS: readonly Check[] = []
