import type { ObjectiveResult, Unit } from '../verdict/objectives.ts'

/** A figure with its unit, as people read it; `–` where there is none. */
export function figure(value: number | null, unit: Unit): string {
  if (value === null) return '–'
  switch (unit) {
    case 'seconds':
      return `${value.toFixed(1)} s`
    case 'percent':
      return `${value !== 0 && value < 0.01 ? value.toFixed(4) : value.toFixed(2)} %`
    case 'revisions':
    case 'writers':
      return String(value)
  }
}

/** Share of the promise that is left, in whole percent. */
export function margin(share: number | null): string {
  return share === null ? '' : `${Math.round(share * 100)} %`
}

/** What stands in the last column of an objective: its margin, or what is to be said of it. */
export function marginOrNote(objective: ObjectiveResult & { readonly margin: number | null }): string {
  if (objective.unit === 'revisions' || objective.margin === null) return objective.note
  return objective.note === '' ? margin(objective.margin) : `${margin(objective.margin)}, ${objective.note}`
}

export function shortHash(hash: string | null): string {
  return hash === null ? '–' : `${hash.slice(0, 4)}…${hash.slice(-2)}`
}

/** `1.5` seconds as `+1.5 s` after t0, or as a plain time where t0 is unknown. */
export function sinceFault(second: number | null, t0: number | null): string {
  if (second === null) return '–'
  if (t0 === null) return `${second.toFixed(1)} s`
  const after = second - t0
  return `${after < 0 ? '−' : '+'}${Math.abs(after).toFixed(1)} s`
}
