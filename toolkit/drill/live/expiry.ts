import { AntipodeError } from '../../../runtime/model/errors.ts'
import { type Duration, minutes, parseDuration } from '../../../topology/index.ts'

const LONGEST = minutes(240)

/**
 * When a live drill is over at the latest: a length of time from now, or a moment with its zone.
 *
 * @param needed what the drill takes by arithmetic, at the longest
 * @throws AntipodeError USAGE
 */
export function readExpiry(text: string | undefined, needed: Duration, now: Date): Date {
  if (text === undefined) {
    throw usage(
      `--live needs --until: a length of time such as ${roundUp(needed)}, or a moment such as ${example(now)}`,
    )
  }
  const until = momentOf(text, now)
  if (until === undefined) {
    throw usage(`--until is a length of time such as 30m, or a moment such as ${example(now)}, not '${text}'`)
  }
  const left = until.getTime() - now.getTime()
  if (left > LONGEST.milliseconds) throw usage(`--until ${text} is more than 4 h away; a drill that long is no drill`)
  if (left < needed.milliseconds) {
    throw usage(`--until ${text} leaves too little: by arithmetic the drill may take ${roundUp(needed)}`)
  }
  return until
}

function momentOf(text: string, now: Date): Date | undefined {
  try {
    return new Date(now.getTime() + parseDuration(text).milliseconds)
  } catch {
    // No length of time, so a moment; without its zone it would be another one elsewhere.
    const moment = /T.*(Z|[+-]\d{2}:\d{2})$/.test(text) ? Date.parse(text) : Number.NaN
    return Number.isNaN(moment) ? undefined : new Date(moment)
  }
}

function example(now: Date): string {
  return `${new Date(now.getTime() + 1_800_000).toISOString().slice(0, 16)}Z`
}

function roundUp({ milliseconds }: Duration): string {
  return `${Math.ceil(milliseconds / 60_000)}m`
}

function usage(reason: string): AntipodeError {
  return new AntipodeError('USAGE', { reason })
}
