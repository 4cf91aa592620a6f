import { type ClockMarks, NO_MARKS } from '../measure/clock-marks.ts'
import { seconds, type Transcript } from './transcript.ts'

/** What a run has come to so far: the marks of its clock, and what went wrong; both are told as they happen. */
export class RunRecord {
  readonly failures: string[] = []
  readonly #transcript: Transcript
  #marks: ClockMarks = NO_MARKS

  constructor(transcript: Transcript) {
    this.#transcript = transcript
  }

  get marks(): ClockMarks {
    return this.#marks
  }

  mark(marks: Partial<ClockMarks>): void {
    this.#marks = { ...this.#marks, ...marks }
  }

  /** @param at monotonic time; it is told as the time since the fault was proved */
  step(name: string, text: string, at: number): void {
    this.#transcript.step(name, text, `+${seconds(at - (this.#marks.t0 ?? at))}`)
  }

  trouble(name: string, text: string): void {
    this.failures.push(`${name}: ${text}`)
    this.#transcript.trouble(name, text, '')
  }
}
