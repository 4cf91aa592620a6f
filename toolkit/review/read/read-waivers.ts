import { LineCounter, parseDocument, type YAMLMap, type YAMLSeq } from 'yaml'
import { type Position, refuse } from './refuse.ts'

/** Where waivers are kept, in the root of a repository. */
export const WAIVER_FILE = 'antipode.waivers.yaml'

/** A rule that somebody lets be broken in some place, for a while. */
export interface Waiver {
  /** Id of the policy. */
  readonly policy: string
  /** `payments-us-east-1-data/aws_db_instance.*`, `payments:gslb.ttl`; null: anywhere. */
  readonly where: string | null
  readonly reason: string
  readonly owner: string
  /** The last day that it holds, `2026-12-31`. */
  readonly expires: string
}

const FIELDS = ['policy', 'where', 'reason', 'owner', 'expires'] as const

/**
 * Reads a repository's waivers: a list in YAML.
 *
 * @param file for messages
 * @throws AntipodeError REVIEW_INPUT_REFUSED with the line and column of what is wrong: a waiver that cannot be read
 *   waives nothing, and nobody would notice
 */
export function readWaivers(file: string, text: string, policies: ReadonlySet<string>): Waiver[] {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const at = (offset: number | undefined): Position => {
    const { line, col } = lines.linePos(offset ?? 0)
    return { line, column: col }
  }
  const [error] = document.errors
  if (error)
    throw refuse(file, (error.message.split('\n')[0] ?? 'is no YAML').replace(/ at line \d+.*$/, ''), at(error.pos[0]))
  if (document.contents === null) return []
  const list = document.contents as YAMLSeq<YAMLMap>
  if (!Array.isArray(list.items)) throw refuse(file, 'is no list of waivers', at(list.range?.[0]))
  return list.items.map((item) => readWaiver(item, (problem, offset) => refuse(file, problem, at(offset)), policies))
}

type Refuse = (problem: string, offset: number | undefined) => Error

function readWaiver(item: YAMLMap, refused: Refuse, policies: ReadonlySet<string>): Waiver {
  const start = item.range?.[0]
  if (typeof item.toJSON !== 'function' || !Array.isArray(item.items))
    throw refused('is no waiver: write policy, reason, owner and expires', start)
  const values = item.toJSON() as Readonly<Record<string, unknown>>
  const offsetOf = (field: string): number | undefined => {
    const pair = item.items.find(({ key }) => String(key) === field)
    return (pair?.value as { readonly range?: readonly number[] } | null)?.range?.[0] ?? start
  }
  const unknown = Object.keys(values).find((key) => !(FIELDS as readonly string[]).includes(key))
  if (unknown) throw refused(`a waiver has no '${unknown}'; it has ${FIELDS.join(', ')}`, offsetOf(unknown))
  const text = (field: 'policy' | 'reason' | 'owner' | 'expires'): string => {
    const value = values[field]
    if (typeof value === 'string' && value.trim() !== '') return value.trim()
    throw refused(
      `a waiver needs ${field === 'expires' ? 'a day on which it expires' : `its ${field}`}`,
      offsetOf(field),
    )
  }
  const waiver = {
    policy: text('policy'),
    where: typeof values.where === 'string' ? values.where : null,
    reason: text('reason'),
    owner: text('owner'),
    expires: text('expires'),
  }
  if (!policies.has(waiver.policy)) throw refused(`there is no policy '${waiver.policy}'`, offsetOf('policy'))
  const day = new Date(`${waiver.expires}T00:00:00Z`)
  if (
    !/^\d{4}-\d{2}-\d{2}$/.test(waiver.expires) ||
    Number.isNaN(day.getTime()) ||
    day.toISOString().slice(0, 10) !== waiver.expires
  ) {
    throw refused(`'${waiver.expires}' is no day; write 2026-12-31`, offsetOf('expires'))
  }
  return waiver
}
