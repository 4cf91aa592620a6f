import { constants, setPriority } from 'node:os'
import { monotonicNow } from '../measure/monotonic.ts'
import type {
  AnswerSample,
  CertificateSample,
  ControlPlaneSample,
  DataPlaneSample,
  EditionSample,
  Probe,
} from '../measure/observations.ts'
import { READY } from '../own-process.ts'
import { Caller } from './caller.ts'
import { askDns } from './dns-client.ts'
import { openLoop } from './open-loop.ts'
import { PROBE_INTERVAL, probeGateway, probePart, sampleCertificate, sampleDataPlane, sampleEdition } from './prober.ts'
import { type CallRow, gatewaysOf, toRow, type VantageOrder, type VantageReport } from './vantage-messages.ts'

/**
 * One vantage point, a process of its own: callers of every cohort, probes, and an observer of the GSLB's answers. It
 * takes its order as the first message, reports five times a second, stops calling at `stop`, and ends with its parent.
 */
const REPORT_INTERVAL = 200
const STATUS_INTERVAL = 500

process.once('message', (order: VantageOrder) => observe(order))
preferObserving()
process.send?.(READY)
process.once('disconnect', () => process.exit(0))
// Ctrl-C reaches the whole process group; this process ends when the drill has heard its last calls.
process.on('SIGINT', () => {})

function observe(order: VantageOrder): void {
  const calls: CallRow[] = []
  const probes: Probe[] = []
  const controlPlanes: ControlPlaneSample[] = []
  const dataPlanes: DataPlaneSample[] = []
  const answers: AnswerSample[] = []
  const certificates: CertificateSample[] = []
  const editions: EditionSample[] = []
  /** Times at which the calls that are under way were due, oldest first. */
  const underWay = new Set<number>()

  const regionAt = (address: string | null) =>
    gatewaysOf(order).find((gateway) => gateway.address === address)?.name ?? null
  const callers = order.cohorts.map(
    (cohort) =>
      new Caller(order, cohort, (address, at) => {
        if (cohort.kind !== 'fresh') return
        answers.push({ vantage: order.vantage, seen: 'resolver', at, region: regionAt(address), ttl: null })
      }),
  )
  const stopCalling = openLoop(order.start, order.rate, (number, scheduled) => {
    const template = order.calls[Math.floor(number / callers.length) % order.calls.length]!
    underWay.add(scheduled)
    void callers[number % callers.length]!.call(template, number, scheduled).then((call) => {
      underWay.delete(scheduled)
      calls.push(toRow(order, call))
    })
  })

  const probing = order.probes.map(({ region, part }, index) => {
    const inside = order.regions.find(({ name }) => name === region)
    const gateway = gatewaysOf(order).find(({ name }) => name === region)!
    // Spread over the interval, so that probes do not arrive as a burst.
    const start = order.start + (index * PROBE_INTERVAL) / order.probes.length
    return openLoop(start, 1_000 / PROBE_INTERVAL, () => {
      void (inside ? probePart(order, inside, part) : probeGateway(order, gateway)).then(({ probe, controlPlane }) => {
        probes.push(probe)
        if (controlPlane !== undefined) controlPlanes.push(controlPlane)
      })
    })
  })
  const sampling = order.regions.map((region) =>
    openLoop(order.start, 1_000 / STATUS_INTERVAL, () => {
      void sampleDataPlane(order, region).then((sample) => sample && dataPlanes.push(sample))
    }),
  )
  const looking = order.regions
    .filter(({ name }) => order.certificates.includes(name))
    .map((region) =>
      openLoop(order.start, 1_000 / STATUS_INTERVAL, () => {
        void sampleCertificate(order, region).then((sample) => sample && certificates.push(sample))
      }),
    )
  const reading = order.regions
    .filter(({ name }) => order.editions.includes(name))
    .map((region) =>
      openLoop(order.start, 1_000 / STATUS_INTERVAL, () => {
        void sampleEdition(order, region).then((sample) => sample && editions.push(sample))
      }),
    )
  const asking = openLoop(order.start, 1_000 / PROBE_INTERVAL, () => {
    void askDns(order.dns, order.host, order.nearest).then((answer) => {
      const region = regionAt(answer?.addresses[0] ?? null)
      const ttl = answer?.ttl ?? null
      answers.push({ vantage: order.vantage, seen: 'authoritative', at: monotonicNow(), region, ttl })
    })
  })

  const take = <T>(list: T[]): T[] => list.splice(0)
  const reporting = setInterval(() => {
    const report: VantageReport = {
      calls: take(calls),
      probes: take(probes),
      controlPlanes: take(controlPlanes),
      dataPlanes: take(dataPlanes),
      answers: take(answers),
      certificates: take(certificates),
      editions: take(editions),
      settledUntil: underWay.values().next().value ?? monotonicNow(),
    }
    process.send?.(report)
  }, REPORT_INTERVAL)

  process.once('message', () => {
    stopCalling()
    for (const stop of [...probing, ...sampling, ...looking, ...reading, asking]) stop()
    const lastReport = setInterval(() => {
      if (underWay.size > 0) return
      clearInterval(lastReport)
      setTimeout(() => {
        clearInterval(reporting)
        for (const caller of callers) caller.close()
        process.disconnect?.()
      }, 2 * REPORT_INTERVAL)
    }, 50)
  })
}

/** Where the system allows it, a busy machine stalls what is observed before it stalls its observer. */
function preferObserving(): void {
  try {
    setPriority(constants.priority.PRIORITY_ABOVE_NORMAL)
  } catch {
    // Only an administrator may; without it, stalls show as probe gaps.
  }
}
