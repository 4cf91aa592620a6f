import type { LocalDescription, LocalTopology } from '../../local/local-topology.ts'
import { answersToLeave, type CompiledDrill } from '../compile/compile-drill.ts'
import { type Prediction, predict } from '../compile/predict.ts'
import type { Proof } from '../faults/fault-interface.ts'
import { anchorClocks, fromWall, monotonicNow } from '../measure/monotonic.ts'
import { answerChanged, everyVantageMoved, firstFailure, parityReached, sustainedSuccess } from '../measure/recovery.ts'
import { PROBE_INTERVAL } from '../traffic/prober.ts'
import type { Checked, DrillEvidence, LedgerAudit, ServedAfterFault } from '../verdict/evidence.ts'
import { shareOf, windowOf } from '../verdict/expectations.ts'
import { answersOf, type Baseline, checkAfter } from './aftermath.ts'
import { checkReady } from './baseline.ts'
import type { FaultCarrier, UndoneAction } from './fault-carrier.ts'
import type { Operator, OperatorResult } from './operator.ts'
import { Reconciler } from './reconciler.ts'
import type { RegionSync } from './region-sync.ts'
import { RegionsOperator } from './regions-operator.ts'
import { RunRecord } from './run-record.ts'
import { DrillAborted, SafetyWatch } from './safety-watch.ts'
import { SETTLE_PATIENCE, settledConfiguration } from './settled-configuration.ts'
import type { Stage } from './stage.ts'
import { seconds, type Transcript } from './transcript.ts'
import { awaitTakeover, isUnattended } from './unattended-pair.ts'
import { auditLedger, countLedger, servedAfterFault } from './write-audit.ts'

/** Milliseconds of traffic before the fault, as the measure of what is normal. */
const BASELINE = 8_000
const BASELINE_PATIENCE = 20_000
/** Milliseconds of success after failing back. */
const FAILBACK_WINDOW = 5_000
const FAILBACK_PATIENCE = 45_000

/** A line of the transcript that waits for its turn. */
interface DoneStep {
  readonly name: string
  readonly text: string
  /** Monotonic time. */
  readonly at: number
}

export interface DrillParts {
  readonly drill: CompiledDrill
  readonly local: LocalTopology
  readonly description: LocalDescription
  readonly stage: Stage
  readonly carrier: FaultCarrier
  readonly operator: Operator
  readonly transcript: Transcript
  readonly signal: AbortSignal
  /** Hash of the stacks that the topology's file synthesises to now. */
  readonly synth: () => Promise<string>
  /** What was normal before anything was published. */
  readonly baseline: Baseline
  /** The topology ends with the drill, so what was published need not be taken away when it is broken off. */
  readonly own: boolean
  /** `antipode diff` and `sync`, as the operator of independent regions runs them. */
  readonly regionSync: () => RegionSync
  /** How the configurations of independent regions differ, resource by resource; empty where one region writes. */
  readonly differences: () => Promise<string>
}

/**
 * One run of a drill, in order: baseline, fault and proof, detection, answers, promotion, recovery, undo and failback,
 * the checks afterwards. Where every region writes for itself there is nobody to promote: instead an operator changes
 * all regions that can be reached, and once the fault is undone makes each equal to the files (see RegionsOperator).
 * `run` never throws for what it finds, only for what keeps it from looking; whichever way it ends, everything it did
 * has been undone, in the reverse order.
 */
export class DrillRun {
  readonly #parts: DrillParts
  readonly #record: RunRecord
  readonly #prediction: Prediction
  readonly #watch: SafetyWatch
  readonly #anchor = anchorClocks()
  readonly #successor: string
  #ready: Checked[] = []
  #proofs: { demand: string; proof: Proof }[] = []
  #served: ServedAfterFault[] = []
  #regionsOperator: RegionsOperator | null = null
  #ledger: LedgerAudit | null = null
  #after: Checked[] = []
  #aborted: string | null = null
  #failedOver = false
  readonly #undone: UndoneAction[] = []
  #ended = 0
  #duplicated = 0

  constructor(parts: DrillParts) {
    const { drill, stage, signal } = parts
    this.#parts = parts
    this.#record = new RunRecord(parts.transcript)
    this.#prediction = predict(drill)
    this.#watch = new SafetyWatch(drill, stage.log, signal)
    this.#successor = Object.keys(drill.topology.regions).find((region) => region !== drill.writer)!
  }

  get undone(): readonly UndoneAction[] {
    return this.#undone
  }

  async run(): Promise<DrillEvidence> {
    try {
      if (await this.#establishBaseline()) {
        if (await this.#strike()) await this.#recover()
        await this.#restore()
        await this.#reconcile()
        await this.#inspect()
      }
    } catch (error) {
      if (!(error instanceof DrillAborted)) throw error
      this.#aborted = error.message
      this.#parts.transcript.trouble('broken off', error.message, '')
    } finally {
      await this.#restore()
      await this.#clearStage()
    }
    return this.#evidence()
  }

  async #establishBaseline(): Promise<boolean> {
    const { drill, description, stage, transcript, regionSync, differences } = this.#parts
    await stage.publish()
    if (drill.independent) {
      this.#regionsOperator = new RegionsOperator({
        reconciler: new Reconciler(regionSync(), this.#watch),
        ...{ record: this.#record, stage, description, host: drill.topology.host },
      })
    }
    const settled = await settledConfiguration(description.regions, SETTLE_PATIENCE, drill.independent)
    const drift = settled.hash === null ? await differences() : ''
    await stage.startTraffic()
    const { traffic, expect } = drill.spec
    const steady = await this.#watch.until(BASELINE_PATIENCE, () => {
      return sustainedSuccess(stage.log.calls, stage.began, BASELINE, shareOf(expect), stage.log.settledUntil)
    })
    this.#ready = checkReady(drill, stage.log, settled, drift, steady !== null)
    const unmet = this.#ready.filter(({ held }) => !held)
    for (const { text, detail } of unmet) transcript.trouble('not ready', `${text}: ${detail}`, '')
    if (unmet.length > 0) return false
    const calls = stage.log.calls
    const ok = (calls.filter(({ outcome }) => outcome === 'ok').length / calls.length) * 100
    const hash = settled.hash ?? ''
    transcript.step(
      'baseline',
      `${traffic.rate.value} calls/s from ${traffic.vantages.length} vantage points, ${ok.toFixed(1)} % ok, hash ${hash.slice(0, 4)}…${hash.slice(-2)} in ${description.regions.length === 2 ? 'both' : 'all'} regions`,
      '',
    )
    return true
  }

  /** Carries out every fault and proves it; false when one could not be proved. */
  async #strike(): Promise<boolean> {
    const { drill, stage, carrier, transcript } = this.#parts
    for (const { fault, plan, lease, prove } of drill.faults) {
      const struck = monotonicNow()
      this.#record.mark({ struck: this.#record.marks.struck ?? struck })
      this.#watch.struck ??= struck
      await carrier.inject(plan, lease.seconds, true)
      const witnesses =
        fault.witness === 'writer'
          ? ['writer']
          : prove.witness === 'all'
            ? drill.spec.traffic.vantages
            : [prove.witness]
      const look = () => fault.prove(plan, stage.log, witnesses, struck)
      await this.#watch.until(prove.within.milliseconds, () => look().at)
      const proof = look()
      this.#proofs.push({ demand: prove.text, proof })
      const who =
        fault.witness === 'writer'
          ? 'the independent client'
          : `${proof.seenFrom.length} of ${proof.of.length} vantage points`
      if (!proof.proved) {
        transcript.trouble('fault', `${fault.describe(plan)}, not proved: seen from ${who}`, '')
        return false
      }
      transcript.fault(`${fault.describe(plan)} (proved from ${who})`)
      this.#record.mark({ t0: Math.max(this.#record.marks.t0 ?? 0, proof.at ?? 0) })
    }
    return true
  }

  async #recover(): Promise<void> {
    const { drill } = this.#parts
    const changed = drill.behind.length > 0 ? this.#regionsOperator!.changeRegions() : null
    if (drill.answersMove) await this.#detect()
    else if (drill.writerStops || drill.callsFail || drill.drifts) this.#record.mark({ t2: monotonicNow() })
    if (drill.callsFail) await this.#correct()
    if (drill.drifts) await this.#regionsOperator!.healDrift()
    // Callers and the writer move side by side; the transcript tells them in the order in which they did.
    const steps = await Promise.all([
      drill.answersMove ? this.#followAnswers() : null,
      drill.writerStops ? this.#promote() : null,
    ])
    await changed
    const done = steps.filter((step) => step !== null).sort((a, b) => a.at - b.at)
    for (const { name, text, at } of done) this.#record.step(name, text, at)
    await this.#awaitRecovery()
  }

  /** Makes independent regions equal once all of them are back. */
  async #reconcile(): Promise<void> {
    const { t0 } = this.#record.marks
    if (t0 !== null) await this.#regionsOperator?.reconcile(t0, (served) => this.#served.push(served))
  }

  /** Waits for the GSLB's own health check to fail; that moment is the decision. */
  async #detect(): Promise<void> {
    const { drill, local } = this.#parts
    const patience = (this.#prediction.detect?.milliseconds ?? 0) + drill.objectives.detect.milliseconds
    const since = this.#record.marks.struck ?? 0
    const t2 = await this.#watch.until(patience, async () => {
      const checks = (await local.gslb()).healthChecks.filter(({ region }) => drill.leaving.includes(region))
      const failed = checks.filter(({ healthy }) => !healthy).map((check) => fromWall(this.#anchor, check.since))
      return failed.length === drill.leaving.length ? Math.max(since, ...failed) : null
    })
    if (t2 === null) return this.#record.trouble('detected', 'the GSLB health check never failed')
    this.#record.mark({ t2 })
    this.#record.step('detected', 'GSLB health check failed', t2)
  }

  async #followAnswers(): Promise<DoneStep | null> {
    const { drill, stage } = this.#parts
    const since = this.#record.marks.struck ?? 0
    const t3 = await this.#watch.until(SETTLE_PATIENCE, () =>
      answerChanged(stage.log.answers, answersToLeave(drill), since),
    )
    if (t3 === null) {
      this.#record.trouble('answers moved', 'the GSLB never answered with another region')
      return null
    }
    this.#record.mark({ t3 })
    const moved = stage.log.answers.find(({ at, seen }) => seen === 'authoritative' && at === t3)
    return { name: 'answers moved', text: `${drill.topology.host} → ${moved?.region}`, at: t3 }
  }

  /** Plays the operator, or watches a pair that needs none. */
  async #promote(): Promise<DoneStep | null> {
    const { drill, local, operator } = this.#parts
    const { topology } = drill
    const allowDataLoss = topology.database.commit === 'local'
    const unattended = isUnattended(topology)
    const result = await this.#operate('promoted', () =>
      unattended
        ? awaitTakeover(local, this.#successor, topology)
        : operator.failover(local, this.#successor, allowDataLoss),
    )
    if (result === null) return null
    this.#failedOver = true
    const how = unattended ? 'by itself in' : 'in'
    const text = `${result.writer} writes ${how} epoch ${result.epoch}; the lease before it had expired`
    return { name: 'promoted', text, at: monotonicNow() }
  }

  /** Plays the operator who takes back what makes calls fail, once it is proved. */
  async #correct(): Promise<void> {
    const { carrier } = this.#parts
    this.#undo(await carrier.undoOwn('operator'))
    this.#record.step('corrected', 'the operator took it back', monotonicNow())
  }

  #undo(undone: readonly UndoneAction[]): void {
    this.#undone.push(...undone)
    for (const { what, failure } of undone) {
      if (failure !== null) this.#record.trouble('undo', `${what} could not be undone: ${failure}`)
    }
  }

  async #awaitRecovery(): Promise<void> {
    const { drill, stage } = this.#parts
    const { spec, objectives } = drill
    const window = windowOf(spec.expect)
    const share = shareOf(spec.expect)
    const since = this.#record.marks.struck ?? 0
    const patience = Math.max(objectives.rto.milliseconds, this.#prediction.rto.milliseconds) + 2 * window
    const t5 = await this.#watch.until(patience, () => {
      const t1 = firstFailure(stage.log.calls, since)
      const from = t1 ?? this.#record.marks.t0 ?? since
      return sustainedSuccess(stage.log.calls, from, window, share, stage.log.settledUntil)
    })
    this.#record.mark({
      t1: firstFailure(stage.log.calls, since),
      t4: drill.answersMove ? everyVantageMoved(stage.log.answers, answersToLeave(drill), since) : null,
      t5,
    })
    if (t5 === null) return this.#record.trouble('recovered', `callers did not recover within ${seconds(patience)}`)
    const untouched = this.#record.marks.t1 === null
    const text = untouched ? 'no call failed' : `${share * 100} % for ${window / 1_000} s, from`
    this.#record.step('recovered', text, t5)
    await this.#askSurvivor(since)
    await this.#watch.until(spec.recover.hold.milliseconds, () => null)
  }

  /** Asks the writer, or who survives it, for what was promised; independent regions are asked when all are back. */
  async #askSurvivor(since: number): Promise<void> {
    const { drill, stage, description } = this.#parts
    if (drill.independent) return
    const writer = this.#failedOver ? this.#successor : drill.writer
    const serving = drill.survivors.includes(writer) ? writer : drill.survivors[0]
    const region = description.regions.find(({ name }) => name === serving)
    if (region === undefined) return
    this.#served.push(await servedAfterFault(region, stage.log.writes, this.#record.marks.t0 ?? since, false))
  }

  /** Undoes the faults and fails back. Runs on every way out, and a second time does nothing. */
  async #restore(): Promise<void> {
    const { carrier, local, operator, drill, transcript } = this.#parts
    this.#undo(await carrier.undoOwn(this.#aborted === null ? 'drill' : 'drill, broken off'))
    if (!this.#failedOver) return
    this.#failedOver = false
    const began = monotonicNow()
    const result = await this.#operate('failed back', () => operator.failback(local, drill.writer))
    if (result === null) return
    const ended = monotonicNow()
    const frozen =
      result.frozenMilliseconds === null
        ? ''
        : `, switchover froze writes for ${Math.round(result.frozenMilliseconds)} ms`
    transcript.step(
      'failed back',
      `${drill.writer} ${result.rebuilt ? 'rebuilt and ' : ''}writing again in ${seconds(ended - began)}${frozen}`,
      '',
    )
  }

  /** What must be as it was, once everything is back. */
  async #inspect(): Promise<void> {
    const { drill, stage, local, description, transcript } = this.#parts
    const { answers } = this.#parts.baseline
    const restored = await this.#watch.until(FAILBACK_PATIENCE, async () => {
      return (await answersOf(local)) === answers ? monotonicNow() : null
    })
    if (restored === null) this.#record.trouble('answers', `the GSLB did not answer with ${answers} again`)
    const from = restored ?? monotonicNow()
    const t7 = await this.#watch.until(FAILBACK_PATIENCE, () => {
      return sustainedSuccess(
        stage.log.calls,
        from,
        FAILBACK_WINDOW,
        shareOf(drill.spec.expect),
        stage.log.settledUntil,
      )
    })
    const writes = await stage.stopWriter()
    await settledConfiguration(description.regions, SETTLE_PATIENCE, drill.independent)
    // Epochs of independent regions say nothing of each other; that they are equal was seen when they were healed.
    const t6 = drill.independent
      ? this.#record.marks.t6
      : parityReached(stage.log.dataPlanes, Object.keys(drill.topology.regions), this.#record.marks.t5 ?? 0)
    this.#record.mark({ t6, t7 })
    this.#ended = stage.log.settledUntil
    await stage.stopTraffic()
    this.#duplicated = await stage.duplicated()
    this.#ledger = await auditLedger(description.regions, writes, drill.independent)
    await stage.withdraw()
    const { baseline, synth, differences } = this.#parts
    this.#after = await checkAfter(drill, local, description.regions, baseline, synth, differences)
    for (const { text, held, detail } of this.#after) if (!held) transcript.trouble('after', `${text}: ${detail}`, '')
  }

  /** Ends what is still calling and writing, then takes away what it called. After `#inspect` nothing is left to do. */
  async #clearStage(): Promise<void> {
    const { stage, own } = this.#parts
    this.#ended ||= Math.min(stage.log.settledUntil, monotonicNow())
    await stage.stopTraffic()
    await stage.stopWriter()
    // A topology that ends with the drill takes it along.
    if (!own) await stage.withdraw().catch((error: Error) => this.#record.trouble('withdraw', error.message))
  }

  async #operate(step: string, act: () => Promise<OperatorResult>): Promise<OperatorResult | null> {
    try {
      return await act()
    } catch (error) {
      this.#record.trouble(step, (error as Error).message)
      return null
    }
  }

  #evidence(): DrillEvidence {
    const { drill, stage, description } = this.#parts
    const { struck, t1 } = this.#record.marks
    if (struck !== null && t1 === null) this.#record.mark({ t1: firstFailure(stage.log.calls, struck) })
    return {
      drill,
      prediction: this.#prediction,
      seen: stage.log,
      shared: description.regions.filter(({ processes }) => processes.dataPlane.length > 1).map(({ name }) => name),
      marks: this.#record.marks,
      began: stage.began,
      ended: this.#ended,
      probeInterval: PROBE_INTERVAL,
      ready: this.#ready,
      proofs: this.#proofs,
      served: this.#served,
      ledger: this.#ledger ?? countLedger(stage.log.writes),
      reconciliation: this.#regionsOperator?.account ?? null,
      after: this.#after,
      duplicated: this.#duplicated,
      aborted: this.#aborted,
      failures: this.#record.failures,
    }
  }
}
