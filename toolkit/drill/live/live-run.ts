import { answersToLeave, type CompiledDrill, headroomOf } from '../compile/compile-drill.ts'
import { type Prediction, predict } from '../compile/predict.ts'
import type { Proof } from '../faults/fault-interface.ts'
import { failedShare } from '../measure/loss.ts'
import { monotonicNow } from '../measure/monotonic.ts'
import type { AnswerSample } from '../measure/observations.ts'
import { answerChanged, everyVantageMoved, firstFailure, sustainedSuccess } from '../measure/recovery.ts'
import type { UndoneAction } from '../run/fault-carrier.ts'
import { RunRecord } from '../run/run-record.ts'
import { DrillAborted, SafetyWatch } from '../run/safety-watch.ts'
import { seconds, type Transcript } from '../run/transcript.ts'
import { countLedger } from '../run/write-audit.ts'
import { PROBE_INTERVAL } from '../traffic/prober.ts'
import type { Checked, DrillEvidence } from '../verdict/evidence.ts'
import { shareOf, windowOf } from '../verdict/expectations.ts'
import { ControlPlaneWatch, type OperatedRegions } from './control-plane-watch.ts'
import type { AimedFault, LiveCarrier } from './live-carrier.ts'
import { proveLive } from './live-proof.ts'
import type { LiveStage } from './live-stage.ts'

/** Milliseconds of traffic before the fault, as the measure of what is normal. */
const BASELINE = 8_000
const BASELINE_PATIENCE = 30_000
/** Milliseconds of success once everything is undone. */
const RETURN_WINDOW = 5_000
/** Milliseconds beside what detection takes; a check gets well as slowly as it gets ill. */
const RETURN_PATIENCE = 60_000

export interface LiveRunParts {
  readonly drill: CompiledDrill
  readonly stage: LiveStage
  readonly carrier: LiveCarrier
  /** Of each fault of the drill, in its order, what is to be done. */
  readonly aimed: readonly AimedFault[]
  /** Absent where no fault concerns them: nobody asks. */
  readonly operated: OperatedRegions | undefined
  readonly transcript: Transcript
  /** Ends the drill, and says why by its reason. */
  readonly signal: AbortSignal
}

/**
 * One live drill, in order: baseline, fault and proof, answers, recovery, undo, and that all is as it was. It sees what
 * callers see, and plays no operator: nobody is promoted. `run` never throws for what it finds, and whichever way it ends,
 * everything it did has been taken back, or is said not to be.
 */
export class LiveRun {
  readonly #parts: LiveRunParts
  readonly #record: RunRecord
  readonly #prediction: Prediction
  readonly #watch: SafetyWatch
  readonly #controlPlanes: ControlPlaneWatch | undefined
  #ready: Checked[] = []
  #proofs: { demand: string; proof: Proof }[] = []
  #after: Checked[] = []
  #aborted: string | null = null
  #ended = 0

  constructor(parts: LiveRunParts) {
    this.#parts = parts
    this.#record = new RunRecord(parts.transcript)
    this.#prediction = predict(parts.drill)
    this.#watch = new SafetyWatch(parts.drill, parts.stage.log, parts.signal)
    const { operated, stage } = parts
    this.#controlPlanes = operated && new ControlPlaneWatch(operated, stage.log)
  }

  async run(): Promise<DrillEvidence> {
    const { stage, transcript } = this.#parts
    try {
      await stage.startTraffic()
      this.#controlPlanes?.start()
      if (await this.#establishBaseline()) {
        if (await this.#strike()) await this.#recover()
        await this.#restore('drill')
        await this.#inspect()
      }
    } catch (error) {
      if (!(error instanceof DrillAborted)) throw error
      this.#aborted = error.message
      transcript.trouble('broken off', error.message, '')
    } finally {
      await this.#restore('drill, broken off')
      this.#ended ||= Math.min(stage.log.settledUntil, monotonicNow())
      await Promise.all([stage.stopTraffic(), this.#controlPlanes?.stop()])
    }
    return this.#evidence()
  }

  async #establishBaseline(): Promise<boolean> {
    const { drill, stage, transcript } = this.#parts
    const { traffic, expect, ready } = drill.spec
    const steady = await this.#watch.until(BASELINE_PATIENCE, () => {
      return sustainedSuccess(stage.log.calls, stage.began, BASELINE, shareOf(expect), stage.log.settledUntil)
    })
    const { calls, answers } = stage.log
    const ok = (1 - failedShare(calls)) * 100
    const found = answersNow(answers)
    const home = found === drill.writer
    this.#ready = [
      ...ready.map((condition): Checked => this.#checkReady(condition)),
      {
        text: 'undisturbed traffic succeeds',
        held: steady !== null,
        detail: `${ok.toFixed(1)} % of ${calls.length} calls`,
      },
      { text: `${drill.topology.host} is answered by ${drill.writer}`, held: home, detail: found || 'by nobody' },
      ...this.#checkControlPlanes(stage.began),
    ]
    const unmet = this.#ready.filter(({ held }) => !held)
    for (const { text, detail } of unmet) transcript.trouble('not ready', `${text}: ${detail}`, '')
    if (unmet.length > 0) return false
    const from = `${traffic.rate.value} calls/s from ${traffic.vantages.length} vantage points`
    transcript.step('baseline', `${from}, ${ok.toFixed(1)} % ok, answered by ${found}`, '')
    return true
  }

  /** One that can be asked hears the other, since a moment. */
  #checkControlPlanes(since: number): Checked[] {
    if (!this.#controlPlanes) return []
    const told = this.#parts.stage.log.controlPlanes.filter(({ sent }) => sent >= since)
    const newest = new Map(told.map(({ region, peerReachable, role }) => [region, { peerReachable, role }]))
    const writes = [...newest.values()].some(({ role }) => role === 'active')
    const held = newest.size > 0 && [...newest.values()].every(({ peerReachable }) => peerReachable !== false)
    const detail = [...newest].map(([region, { role }]) => `${region} is ${role}`).join(', ') || 'none answers'
    // Whoever asks from the standby's network may not see the writer's.
    return [{ text: 'control planes hear each other', held: held && (writes || newest.size === 1), detail }]
  }

  #checkReady({ text, ...condition }: CompiledDrill['spec']['ready'][number]): Checked {
    const { topology, survivors } = this.#parts.drill
    if (condition.kind === 'headroom') {
      const headroom = headroomOf(topology, survivors)
      return { text, held: headroom.value >= condition.atLeast.value, detail: `${headroom}` }
    }
    const { probes } = this.#parts.stage.log
    const newest = new Map(
      probes.map(({ vantage, region, answered }) => [`${region} ${vantage}`, { region, answered }]),
    )
    const silent = Object.keys(topology.regions).filter((region) => {
      const own = [...newest.values()].filter((probe) => probe.region === region)
      return own.length === 0 || own.some(({ answered }) => !answered)
    })
    return { text, held: silent.length === 0, detail: silent.join(', ') || 'all answer' }
  }

  /** Carries out every fault and proves it; false when one could not be proved. */
  async #strike(): Promise<boolean> {
    const { drill, stage, carrier, aimed, transcript } = this.#parts
    for (const [index, compiled] of drill.faults.entries()) {
      const { fault, plan, prove } = compiled
      const struck = monotonicNow()
      this.#record.mark({ struck: this.#record.marks.struck ?? struck })
      this.#watch.struck ??= struck
      await carrier.inject(aimed[index]!)
      const witnesses = prove.witness === 'all' ? drill.spec.traffic.vantages : [prove.witness]
      const look = () => proveLive(compiled, stage.log, witnesses, struck)
      await this.#watch.until(prove.within.milliseconds, () => look().at)
      const proof = look()
      this.#proofs.push({ demand: prove.text, proof })
      const seen = `${proof.seenFrom.length} of ${proof.of.length} vantage points`
      if (!proof.proved) {
        transcript.trouble('fault', `${fault.headline(plan)}, not proved: seen from ${seen}`, '')
        return false
      }
      transcript.fault(`${fault.headline(plan)} (proved from ${seen})`)
      this.#record.mark({ t0: Math.max(this.#record.marks.t0 ?? 0, proof.at ?? 0) })
    }
    return true
  }

  async #recover(): Promise<void> {
    const { drill, stage } = this.#parts
    const { expect, recover } = drill.spec
    const since = this.#record.marks.struck ?? 0
    if (drill.answersMove) await this.#followAnswers(since)
    const window = windowOf(expect)
    const share = shareOf(expect)
    const patience = Math.max(drill.objectives.rto.milliseconds, this.#prediction.rto.milliseconds) + 2 * window
    const t5 = await this.#watch.until(patience, () => {
      const from = firstFailure(stage.log.calls, since) ?? this.#record.marks.t0 ?? since
      return sustainedSuccess(stage.log.calls, from, window, share, stage.log.settledUntil)
    })
    const t4 = drill.answersMove ? everyVantageMoved(stage.log.answers, answersToLeave(drill), since) : null
    this.#record.mark({ t1: firstFailure(stage.log.calls, since), t4, t5 })
    if (t5 === null) return this.#record.trouble('recovered', `callers did not recover within ${seconds(patience)}`)
    const text = this.#record.marks.t1 === null ? 'no call failed' : `${share * 100} % for ${window / 1_000} s, from`
    this.#record.step('recovered', text, t5)
    await this.#watch.until(recover.hold.milliseconds, () => null)
  }

  /** The checks of Route 53 decide, and what they decide shows when the answer changes. */
  async #followAnswers(since: number): Promise<void> {
    const { drill, stage } = this.#parts
    const patience = this.#prediction.rto.milliseconds + drill.objectives.detect.milliseconds
    const t3 = await this.#watch.until(patience, () => answerChanged(stage.log.answers, answersToLeave(drill), since))
    if (t3 === null) return this.#record.trouble('answers moved', 'Route 53 never answered with another region')
    this.#record.mark({ t2: t3, t3 })
    const moved = stage.log.answers.find(({ at, seen }) => seen === 'authoritative' && at === t3)
    this.#record.step('answers moved', `${drill.topology.host} → ${moved?.region}`, t3)
  }

  /** Runs on every way out; what has been undone already is left alone. */
  async #restore(by: string): Promise<void> {
    const undone: readonly UndoneAction[] = await this.#parts.carrier.undoOwn(by)
    for (const { what, failure } of undone) {
      if (failure !== null) this.#record.trouble('undo', `${what} could not be taken back: ${failure}`)
    }
    if (undone.some(({ failure }) => failure === null)) this.#record.step('undone', 'by this drill', monotonicNow())
  }

  /** What must be as it was, once everything is back. */
  async #inspect(): Promise<void> {
    const { drill, stage, carrier, transcript } = this.#parts
    const { log } = stage
    const patience = (this.#prediction.detect?.milliseconds ?? 0) + RETURN_PATIENCE
    const from = monotonicNow()
    const returned = await this.#watch.until(patience, () => {
      return answersNow(log.answers.filter(({ at }) => at >= from)) === drill.writer ? monotonicNow() : null
    })
    if (returned === null) this.#record.trouble('answers', `Route 53 did not answer with ${drill.writer} again`)
    const t7 = await this.#watch.until(patience, () => {
      return sustainedSuccess(log.calls, returned ?? from, RETURN_WINDOW, shareOf(drill.spec.expect), log.settledUntil)
    })
    this.#record.mark({ t7 })
    this.#ended = log.settledUntil
    const settled = () => (this.#checkControlPlanes(from).every(({ held }) => held) ? monotonicNow() : null)
    await this.#watch.until(RETURN_PATIENCE, settled)
    // Where AWS does not answer, something may be.
    const left = await carrier.left().catch((error: Error) => [error.message])
    const answers = answersNow(log.answers)
    const inForce = { held: left.length === 0, detail: left.join('; ') || 'no rule of the drill’s is in force' }
    this.#after = [
      ...drill.spec.after.map(({ text, kind }): Checked => {
        if (kind === 'overrides') return { text, ...inForce }
        return { text, held: answers === drill.writer, detail: `${answers || 'nobody'}, before ${drill.writer}` }
      }),
      { text: 'nothing left in force', ...inForce },
      ...this.#checkControlPlanes(from),
    ]
    for (const { text, held, detail } of this.#after) if (!held) transcript.trouble('after', `${text}: ${detail}`, '')
  }

  #evidence(): DrillEvidence {
    const { drill, stage } = this.#parts
    const { struck, t1 } = this.#record.marks
    if (struck !== null && t1 === null) this.#record.mark({ t1: firstFailure(stage.log.calls, struck) })
    return {
      ...{ drill, prediction: this.#prediction, seen: stage.log, shared: [], marks: this.#record.marks },
      ...{ began: stage.began, ended: this.#ended, probeInterval: PROBE_INTERVAL },
      ...{ ready: this.#ready, proofs: this.#proofs, after: this.#after },
      // Nothing was written, so nothing could be lost, counted twice or made equal.
      ...{ served: [], ledger: countLedger([]), reconciliation: null, duplicated: 0 },
      ...{ aborted: this.#aborted, failures: this.#record.failures },
    }
  }
}

/** The regions that vantage points were answered with last, by who answers for the zone; joined by commas. */
function answersNow(answers: readonly AnswerSample[]): string {
  const asked = answers.filter(({ seen }) => seen === 'authoritative')
  const newest = new Map(asked.map(({ vantage, region }) => [vantage, region ?? 'nobody']))
  return [...new Set(newest.values())].sort().join()
}
