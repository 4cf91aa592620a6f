import { setTimeout as sleep } from 'node:timers/promises'
import { startDns, startGateway } from '../test/toolkit/drill/traffic/two-regions.ts'
import { monotonicNow } from '../toolkit/drill/measure/monotonic.ts'
import { firstFailure, sustainedSuccess } from '../toolkit/drill/measure/recovery.ts'
import { ObservationLog } from '../toolkit/drill/traffic/observation-log.ts'
import type { VantageOrder } from '../toolkit/drill/traffic/vantage-messages.ts'
import { VantagePoint } from '../toolkit/drill/traffic/vantage-point.ts'

/** Calls a second, as in the ready drills. */
const RATE = 200
/** Milliseconds of calls that all succeed, before and after. */
const STEADY = 1_000

/**
 * How far the recovery time that a drill measures is from the outage that there was: a gateway of its own ends and comes
 * back at moments that it notes itself, and a drill's vantage point calls it all the while.
 *
 * @param outage milliseconds
 * @returns milliseconds, without sign
 */
export async function errorOfMeasuredOutage(outage: number): Promise<number> {
  const gateway = await startGateway('127.0.0.1')
  const dns = await startDns(gateway.address, 60)
  const vantage = await VantagePoint.launch()
  try {
    const log = new ObservationLog()
    vantage.observe(order(gateway, dns.server), log)
    await sleep(STEADY)
    const ended = monotonicNow()
    gateway.kill()
    await sleep(outage)
    await gateway.restart()
    const back = monotonicNow()
    await sleep(2 * STEADY)
    await vantage.stop()
    const from = firstFailure(log.calls, ended)
    const to = from === null ? null : sustainedSuccess(log.calls, from, STEADY, 0.999, log.settledUntil)
    if (from === null || to === null) throw new Error(`an outage of ${outage} ms was not seen to begin and to end`)
    return Math.abs(to - from - (back - ended))
  } finally {
    await vantage.stop()
    gateway.kill()
    dns.close()
  }
}

function order({ address, port }: { address: string; port: number }, dns: VantageOrder['dns']): VantageOrder {
  const nowhere = `http://${address}:1`
  return {
    ...{ vantage: 'us', place: { index: 0, of: 1 }, host: 'api.payments.example', dns, nearest: null },
    regions: [
      {
        ...{ name: address, address, gatewayPort: port, status: nowhere, admin: nowhere, adminKey: null },
        ...{ database: { address, port: 1 }, sync: `https://${address}:1`, upstream: null },
      },
    ],
    ...{ probes: [], certificates: [], editions: [] },
    cohorts: [{ name: 'web', kind: 'fresh' }],
    calls: [{ method: 'GET', path: '/v1/ping', idempotent: false }],
    ...{ rate: RATE, start: monotonicNow() + 100, timeout: 2_000, clientTail: 0 },
  }
}
