import { failback } from '../../toolkit/failover/failback.ts'
import { failover } from '../../toolkit/failover/failover.ts'
import { LocalDriver } from '../../toolkit/failover/local-driver.ts'
import type { LocalTopology } from '../../toolkit/local/local-topology.ts'
import { LedgerClient, type LedgerEntry, type LedgerRegion } from './ledger-client.ts'

/** `kill-fenced`: it is proved that the old writer ended, so that nobody waits for its lease. */
export type RoundKind = 'kill' | 'kill-fenced' | 'kill-slow-link' | 'partition' | 'freeze'

export interface RoundResult {
  readonly kind: RoundKind
  /** Fault injected to the first write that the new primary acknowledged, as the independent client saw it. */
  readonly faultToFirstWrite: number
  readonly acknowledged: number
  readonly inDoubt: number
  /** Acknowledged writes that a region does not hold after failback. */
  readonly lost: number
  /** Acknowledgements of an older epoch to writes that were sent after the first one of the new. */
  readonly overlap: number
  readonly frozenAtFailback: number
  readonly secondsToFailBack: number
}

const SLOW_LINK = 40
const WRITERS = 16
const WRITES_BEFORE = 1_500

/** Has a region take over; resolves once it writes. */
export type TakeOver = (driver: LocalDriver, to: string) => Promise<unknown>

/**
 * One loss and return of the writing region under an independent client's writes: fault, failover at once, heal,
 * failback, audit of both regions against the client's own ledger.
 *
 * @param writesBefore milliseconds from the client's first write to the fault
 * @param takeOver what follows the fault. @default the operator's command, at once
 */
export async function failoverRound(
  local: LocalTopology,
  regions: readonly LedgerRegion[],
  kind: RoundKind,
  number: number,
  writesBefore = WRITES_BEFORE,
  takeOver: TakeOver = (driver, to) => failover(driver, { to, yes: true, fence: kind === 'kill-fenced' }),
): Promise<RoundResult> {
  const [lost, survivor] = regions as [LedgerRegion, LedgerRegion]
  const driver = new LocalDriver(local)
  const ledger = new LedgerClient(regions, `round-${number}`)
  const link = (state: { cut?: boolean; delay?: number }) => local.link(lost.name, survivor.name, state)
  try {
    if (kind === 'kill-slow-link') await link({ delay: SLOW_LINK })
    ledger.start(WRITERS)
    await sleep(writesBefore)
    const faultAt = Date.now()
    await inject(local, lost.name, survivor.name, kind)
    await takeOver(driver, survivor.name)
    await sleep(1_000)
    // The old writer comes back while clients still try it: it must not take a single write.
    if (kind === 'freeze') await local.thaw(lost.name, ['control-plane', 'database'])
    if (kind === 'partition') await link({ cut: false })
    await sleep(1_000)
    await ledger.stop()
    if (kind === 'kill-slow-link') await link({ delay: 0 })
    const started = performance.now()
    const returned = await failback(driver, { to: lost.name, yes: true })
    const secondsToFailBack = (performance.now() - started) / 1000
    const audits = await Promise.all(regions.map((region) => ledger.audit(region)))
    return {
      ...{ kind, secondsToFailBack, ...judge(ledger.entries, faultAt, survivor.name) },
      lost: new Set([...audits.flatMap(({ missing }) => missing), ...(returned.lost ?? [])]).size,
      frozenAtFailback: returned.frozenMilliseconds ?? 0,
    }
  } finally {
    await ledger.stop()
    await ledger.close()
  }
}

async function inject(local: LocalTopology, lost: string, survivor: string, kind: RoundKind): Promise<void> {
  if (kind === 'partition') await local.link(lost, survivor, { cut: true })
  else if (kind === 'freeze') await local.freeze(lost, ['control-plane', 'database'])
  else await local.kill(lost, ['data-plane', 'control-plane', 'database'])
}

function judge(entries: readonly LedgerEntry[], faultAt: number, survivor: string) {
  const acknowledged = entries.filter(({ outcome }) => outcome === 'acknowledged')
  const after = acknowledged.filter((entry) => entry.region === survivor && entry.ended >= faultAt)
  const first = after.reduce((earliest, entry) => (entry.ended < earliest.ended ? entry : earliest))
  return {
    faultToFirstWrite: first.ended - faultAt,
    acknowledged: acknowledged.length,
    inDoubt: entries.filter(({ outcome }) => outcome === 'in-doubt').length,
    overlap: acknowledged.filter(({ epoch, sent }) => epoch! < first.epoch! && sent > first.ended).length,
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
