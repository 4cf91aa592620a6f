import type { Finding } from '../provider/diagnostic.ts'
import { isEmpty, UNKNOWN, type Value, type ValueObject } from '../wire/value.ts'
import { replacedFor } from './replacement.ts'
import type { ResourceChange } from './resource-change.ts'

/** What a rule says; without a source it is the type's own file. */
export type Said = Omit<Finding, 'source'> & { readonly source?: string }

/** A rule on a change: what it says, or nothing. */
export type ApplyRule = (change: ResourceChange) => Said | undefined

export const error = (path: string, summary: string, detail: string, source?: string): Said => {
  return { severity: 'error', summary, detail, path: [path], ...(source && { source }) }
}
export const warning = (path: string, summary: string, detail: string, source?: string): Said => {
  return { ...error(path, summary, detail, source), severity: 'warning' }
}

export function onUpdate(rule: (change: { prior: ValueObject; planned: ValueObject }) => Said | undefined): ApplyRule {
  return ({ prior, planned }) => (prior && planned ? rule({ prior, planned }) : undefined)
}

export function onConfig(rule: (change: { config: ValueObject }) => Said | undefined | ''): ApplyRule {
  return ({ config, planned }) => (config && planned ? rule({ config }) || undefined : undefined)
}

/** Taken away, for good or for another in its place. */
export function onRemoval(rule: (change: { prior: ValueObject }) => Said | undefined): ApplyRule {
  return (change) => (change.prior && removes(change) ? rule({ prior: change.prior }) : undefined)
}

/** Another is made in its place. */
export function onReplacement(rule: (change: { prior: ValueObject }) => Said | undefined): ApplyRule {
  return (change) => (change.planned ? onRemoval(rule)(change) : undefined)
}

/** True when the change takes the resource away, for good or for another in its place. */
export function removes(change: ResourceChange): boolean {
  return change.prior !== null && (change.planned === null || replacedFor(change).length > 0)
}

/** AWS refuses to delete it while this is set. */
export function protection(name: string): ApplyRule {
  return onRemoval(({ prior }) => {
    if (prior[name] !== true) return undefined
    const detail = `AWS refuses when this is applied. Apply ${name} = false before.`
    return warning(name, 'it is protected from deletion', detail)
  })
}

export function finalSnapshot(name: string): ApplyRule {
  return onRemoval(({ prior }) => {
    if (truthy(prior.skip_final_snapshot) || !isEmpty(prior[name])) return undefined
    return error(name, 'its last snapshot has no name', `Apply ${name}, or skip_final_snapshot = true, before.`)
  })
}

function truthy(value: Value | undefined): boolean {
  return value === true || value === UNKNOWN
}
