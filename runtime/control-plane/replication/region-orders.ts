import { AntipodeError } from '../../model/errors.ts'
import type { RegionChange, RegionRole } from '../../model/region-state.ts'
import { regionIndexOf } from '../../model/version.ts'
import type { RightToGoAlone } from './automatic/witness.ts'
import type { Follower, Promotion } from './follower.ts'
import type { HoldFile } from './hold.ts'
import type { Leadership } from './leadership.ts'
import type { PromotionWait } from './lease.ts'
import type { Mandate, RegionSettings } from './region-context.ts'

/** A change of role takes hold within this, or is refused. */
const TAKES_HOLD_WITHIN = 10_000
const LOOK_EVERY = 2

/** The region that orders are given to, as it is at every moment. */
export interface OrderedRegion {
  readonly settings: RegionSettings
  readonly hold: HoldFile
  readonly promotionWait: PromotionWait
  readonly role: RegionRole
  readonly reason: string
  readonly lineage: string | null
  readonly writer: string | null
  readonly epoch: number
  /** What a third place says; null where there is none to ask. */
  readonly witness: RightToGoAlone | null
  /** Of its database; null while that cannot be reached. */
  readonly inRecovery: boolean | null
  readonly leadership: Leadership | undefined
  readonly follower: Follower | undefined
  /** The leadership that begins next, or waits to learn of its peer, takes it up. */
  setMandate(mandate: Mandate | undefined): void
}

/**
 * Carries out what an operator, or the peer, orders a region through `PUT /antipode/region`: a hold, draining, writing
 * alone, taking over.
 *
 * @param by who holds, for the record
 * @returns what the answer holds beside the region's state
 * @throws AntipodeError ANTIPODE_REFUSED
 */
export async function carryOut(
  change: RegionChange,
  by: string,
  region: OrderedRegion,
): Promise<Record<string, unknown>> {
  if (change.hold !== undefined) {
    if (change.hold && region.follower?.takesOver) throw refused(region, 'cannot be held: it takes over already')
    await region.hold.set(change.hold ? { by, since: new Date().toISOString() } : null)
  }
  if (change.role === undefined) return {}
  if (change.expectedEpoch !== undefined && change.expectedEpoch !== region.epoch) {
    throw refused(region, `its epoch is ${region.epoch}, not ${change.expectedEpoch}`)
  }
  if (change.role === 'draining') return drain(region)
  if (change.role === 'solo') return goSolo(change, region)
  return activate(change, region)
}

async function drain(region: OrderedRegion): Promise<Record<string, unknown>> {
  const { leadership, role } = region
  if (!leadership || (role !== 'active' && role !== 'draining')) throw refused(region, `cannot drain: it is ${role}`)
  return { lsn: await leadership.drain() }
}

async function goSolo(change: RegionChange, region: OrderedRegion): Promise<Record<string, unknown>> {
  const { leadership, role, reason, epoch, inRecovery } = region
  if (leadership && role !== 'draining') {
    await leadership.declareSolo()
    await tookHold(region, () => writes(region))
    return {}
  }
  if (role !== 'fenced' || inRecovery !== false || !change.peerIsDestroyed) {
    throw refused(region, `cannot write alone: it is ${role} (${reason})`)
  }
  region.setMandate({ epoch, expectedEpoch: epoch, solo: true })
  await tookHold(region, () => region.role === 'solo')
  return {}
}

async function activate(change: RegionChange, region: OrderedRegion): Promise<Record<string, unknown>> {
  const { settings, hold, follower, leadership, role, reason } = region
  if (change.epoch === undefined && (role === 'active' || role === 'solo')) return {}
  if (change.epoch === undefined && role === 'draining') {
    leadership?.end('fenced', 'takes back its right to write')
    return {}
  }
  const { epoch, expectedEpoch } = change
  if (epoch === undefined || expectedEpoch === undefined) throw refused(region, 'epoch and expectedEpoch are needed')
  if (epoch <= expectedEpoch || regionIndexOf(epoch) !== settings.regionIndex) {
    throw refused(region, `epoch ${epoch} is not one that this region may begin after ${expectedEpoch}`)
  }
  if (hold.current && !change.allowDataLoss) {
    throw refused(region, `an operator holds it since ${hold.current.since}; allowDataLoss overrides`)
  }
  const order: Promotion = {
    epoch,
    expectedEpoch,
    solo: !change.awaitConfirmation,
    writerEnded: change.writerEnded ?? false,
    allowDataLoss: change.allowDataLoss ?? false,
  }
  const claim = () => claimFor(order, region)
  if (follower) {
    if (follower.takesOver) throw refused(region, 'it takes over already')
    region.setMandate(order)
    await follower.promote(order, claim).catch((error) => {
      region.setMandate(undefined)
      throw error
    })
  } else if (leadership) {
    throw refused(region, `it holds the right to write already (${reason}); solo lets it write alone`)
  } else if (region.inRecovery === false) {
    if (!order.allowDataLoss) throw refused(region, `it is no standby (${reason}); allowDataLoss overrides`)
    if (!order.writerEnded) {
      await new Promise((resolve) => setTimeout(resolve, region.promotionWait.remaining))
    }
    await claim()
    region.setMandate(order)
  } else {
    throw refused(region, 'its database cannot be reached')
  }
  // Whoever goes alone writes once its first revision is committed.
  await tookHold(region, () => {
    return region.epoch === epoch && region.leadership !== undefined && (!order.solo || writes(region))
  })
  await hold.set(null)
  return {}
}

/** Whoever is to write without a confirmation asks the witness; whoever is confirmed at once needs no such right. */
async function claimFor({ epoch, solo, allowDataLoss }: Promotion, region: OrderedRegion): Promise<void> {
  const { witness, lineage, settings } = region
  if (!witness || !solo || lineage === null) return
  const claim = { lineage, region: settings.region, held: region.epoch, epoch }
  if (!allowDataLoss) {
    return witness.claim(claim).catch((error: Error) => {
      throw new AntipodeError(
        'ANTIPODE_REFUSED',
        { reason: `${error.message}; allowDataLoss overrides` },
        { cause: error },
      )
    })
  }
  // What the other region may have acknowledged alone is given up, and so is certainty that it does not go on.
  await witness.claimAnyway(claim).catch(() => {})
}

function writes({ role }: OrderedRegion): boolean {
  return role === 'solo' || role === 'active'
}

async function tookHold(region: OrderedRegion, condition: () => boolean): Promise<void> {
  const deadline = performance.now() + TAKES_HOLD_WITHIN
  while (!condition()) {
    if (performance.now() > deadline) {
      // What was refused must not happen later by itself.
      region.setMandate(undefined)
      throw refused(region, `the change did not take hold: it is ${region.role}`)
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY))
  }
}

function refused({ settings }: OrderedRegion, reason: string): AntipodeError {
  return new AntipodeError('ANTIPODE_REFUSED', { reason: `${settings.region}: ${reason}` })
}
