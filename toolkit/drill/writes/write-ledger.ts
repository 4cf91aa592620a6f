import { closeSync, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import type { Write } from '../measure/observations.ts'

type LedgerLine =
  | {
      readonly event: 'sent'
      readonly id: string
      readonly number: number
      readonly region: string
      readonly at: number
    }
  | ({ readonly event: 'ended' } & Write)

/**
 * What the independent client knows of its writes, on its own disk: a line before a write is sent and a line when its
 * answer is known, each flushed. What was acknowledged is read back from here, so neither a crash of the client nor
 * anything a gateway says later can make a promise disappear.
 */
export class WriteLedger {
  readonly #file: number

  constructor(path: string) {
    this.#file = openSync(path, 'a', 0o600)
  }

  sent(id: string, number: number, region: string, at: number): void {
    this.#append({ event: 'sent', id, number, region, at })
  }

  ended(write: Write): void {
    this.#append({ event: 'ended', ...write })
  }

  close(): void {
    closeSync(this.#file)
  }

  #append(line: LedgerLine): void {
    writeSync(this.#file, `${JSON.stringify(line)}\n`)
    fdatasyncSync(this.#file)
  }
}

/** Every write of a ledger's file; one without an end is in doubt. */
export function readLedger(path: string): Write[] {
  const writes = new Map<string, Write>()
  for (const text of readFileSync(path, 'utf8').split('\n')) {
    if (text === '') continue
    const line = JSON.parse(text) as LedgerLine
    if (line.event === 'ended') {
      const { event: _, ...write } = line
      writes.set(line.id, write)
    } else writes.set(line.id, inDoubt(line.id, line.number, line.region, line.at))
  }
  return [...writes.values()]
}

function inDoubt(id: string, number: number, region: string, at: number): Write {
  return {
    id,
    number,
    region,
    sent: at,
    ended: at,
    outcome: 'in-doubt',
    doubted: true,
    epoch: null,
    revision: null,
    status: 0,
    code: null,
    challenge: false,
    clock: null,
  }
}
