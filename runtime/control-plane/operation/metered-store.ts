import { AntipodeError } from '../../model/errors.ts'
import { type ConfigurationStore, Refusal } from '../configuration-store.ts'

/** How a write ended: `applied`, `refused` by what is stored, `failed`, or the error's code, as `in_doubt`. */
export type WriteMeter = (outcome: string, seconds: number) => void

/** A store whose writes are counted and timed, from the call to the answer. */
export function meteredStore(store: ConfigurationStore, meter: WriteMeter): ConfigurationStore {
  return {
    region: store.region,
    state: () => store.state(),
    read: () => store.read(),
    findWrite: (id) => store.findWrite(id),
    async write(...write) {
      const began = performance.now()
      const end = (outcome: string) => meter(outcome, (performance.now() - began) / 1000)
      try {
        const receipt = await store.write(...write)
        end('applied')
        return receipt
      } catch (error) {
        end(outcomeOf(error))
        throw error
      }
    },
  }
}

/** The outcomes that there can be, from the table of errors. */
export const WRITE_OUTCOMES = [
  'applied',
  'refused',
  'fenced',
  'standby',
  'frozen',
  'draining',
  'unavailable',
  'in_doubt',
  'disk_full',
  'failed',
] as const

function outcomeOf(error: unknown): string {
  if (error instanceof Refusal) return 'refused'
  return error instanceof AntipodeError ? error.code.replace('ANTIPODE_', '').toLowerCase() : 'failed'
}
