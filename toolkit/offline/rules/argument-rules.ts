import type { Finding } from '../provider/diagnostic.ts'
import { attributePlaces } from '../schema/block-values.ts'
import type { Block } from '../schema/schema.ts'
import { vendorOf } from '../schema/vendor.ts'
import { isEmpty, isObject, UNKNOWN, type Value, type ValueObject } from '../wire/value.ts'
import { ARGUMENTS } from './argument-table.ts'
import { CLOUDFLARE_ARGUMENTS } from './cloudflare-table.ts'
import { sourceOf } from './provider-version.ts'

/** What the provider would refuse in a configuration that Terraform itself accepts. */
export function checkArguments(type: string, block: Block, config: Value): Finding[] {
  if (!isObject(config)) return []
  return [...computedOnly(type, block, config), ...checkTable(type, config)]
}

/** Terraform leaves it to providers to refuse values for what only they may fill in. */
function computedOnly(type: string, block: Block, config: ValueObject): Finding[] {
  const vendor = vendorOf(type)
  return attributePlaces(block, config)
    .filter(({ attribute, value }) => {
      return value !== null && attribute.computed && !attribute.optional && !attribute.required
    })
    .map(({ name, path }) => ({
      severity: 'error',
      summary: `${name} cannot be set`,
      detail: `Only ${vendor.name} fills it in. Remove the argument.`,
      source: `schema of ${vendor.package}: computed, neither optional nor required`,
      path,
    }))
}

function checkTable(type: string, config: ValueObject): Finding[] {
  const rules = ARGUMENTS[type] ?? CLOUDFLARE_ARGUMENTS[type]
  if (!rules) return []
  const findings: Finding[] = []
  const refuse = (name: string, summary: string, detail: string): void => {
    const path = [name.split('.')[0] ?? name]
    findings.push({ severity: 'error', summary, detail, source: sourceOf(type), path })
  }
  for (const [name, allowed] of Object.entries(rules.oneOf ?? {})) {
    for (const value of known(config, name)) {
      if (!allowed.includes(value as string))
        refuse(name, `${name} cannot be ${show(value)}`, `Use one of ${allowed.map((it) => it || '""').join(', ')}.`)
    }
  }
  for (const [name, [least, most]] of Object.entries(rules.between ?? {})) {
    for (const value of known(config, name)) {
      const number = Number(value)
      if (!(number >= least && number <= most)) {
        refuse(name, `${name} cannot be ${show(value)}`, `Use a number from ${least} to ${most}.`)
      }
    }
  }
  for (const [name, most] of Object.entries(rules.longest ?? {})) {
    for (const value of known(config, name)) {
      const { length } = String(value)
      if (length > most)
        refuse(name, `${name} is too long`, `${show(value)} has ${length} characters; at most ${most} are allowed.`)
    }
  }
  for (const group of rules.conflicts ?? []) {
    const set = group.filter((name) => isSet(config[name]))
    if (set.length > 1) refuse(set[1] ?? '', `${set.join(' and ')} conflict`, 'Set only one of them.')
  }
  for (const group of rules.exactlyOne ?? []) {
    const set = group.filter((name) => isSet(config[name]))
    if (set.length !== 1) {
      refuse(
        set[0] ?? group[0] ?? '',
        `${set.join(' and ') || 'nothing'} is set`,
        `Set exactly one of ${group.join(', ')}.`,
      )
    }
  }
  for (const [name, needed] of rules.needs ?? []) {
    if (isSet(config[name]) && !isSet(config[needed])) refuse(name, `${name} needs ${needed}`, `Set ${needed} as well.`)
  }
  return findings
}

/** False is how a flag is left unset. */
function isSet(value: Value | undefined): boolean {
  return !isEmpty(value) && value !== false
}

/** Known values at a dotted name, through all blocks and elements of lists. */
function known(value: Value | undefined, name: string): Value[] {
  let values: Value[] = [value ?? null]
  for (const step of name.split('.')) {
    values = values.flatMap(flat).map((item) => (isObject(item) ? (item[step] ?? null) : null))
  }
  return values.flatMap(flat).filter((item) => item !== null && item !== UNKNOWN)
}

function flat(value: Value): readonly Value[] {
  return Array.isArray(value) ? value : [value]
}

function show(value: Value): string {
  return typeof value === 'string' ? `"${value}"` : JSON.stringify(value)
}
