import { differencesOf } from '../changes/difference.ts'
import { destroys, type ResourceChange } from '../changes/resource-change.ts'
import { consequenceOf, isKept } from '../danger/consequences.ts'
import { code } from '../markdown/escape.ts'
import { counted } from '../markdown/sentence.ts'
import { GLOBAL } from '../snapshot.ts'
import { type Section, shown } from './section.ts'

/** Updates that cannot be taken back. */
const ONE_WAY: readonly {
  readonly type: RegExp
  readonly path: RegExp
  readonly says: string
  readonly when?: (before: unknown, after: unknown) => boolean
}[] = [
  {
    type: /^aws_(db_instance|rds_cluster|rds_global_cluster)$/,
    path: /^engine_version$/,
    says: 'a major version of PostgreSQL does not go back: only a snapshot from before does',
    when: (before, after) => `${before}`.split('.')[0] !== `${after}`.split('.')[0],
  },
  {
    type: /^aws_db_instance$/,
    path: /^(max_)?allocated_storage$/,
    says: 'storage of a database does not shrink again',
    when: (before, after) => Number(after) > Number(before),
  },
  {
    type: /^aws_(db_instance|rds_cluster)$/,
    path: /^(replicate_source_db|replication_source_identifier|global_cluster_identifier)$/,
    says: 'a promoted replica does not follow again: its region needs a database of the next generation',
  },
  {
    type: /^aws_(db_instance|rds_cluster)$/,
    path: /^backup_retention_period$/,
    says: 'backups that are past the shorter retention are deleted',
    when: (before, after) => Number(after) < Number(before),
  },
  {
    type: /^aws_cloudwatch_log_group$/,
    path: /^retention_in_days$/,
    says: 'logs that are past the shorter retention are deleted',
    when: (before, after) => Number(after) < Number(before) || before === 0,
  },
  {
    type: /^aws_kms_key$/,
    path: /^policy$/,
    says: 'a key whose policy shuts out everybody is opened again by AWS support alone',
  },
  {
    type: /^aws_route53_record$/,
    path: /^ttl$/,
    says: 'resolvers keep answers for the longer TTL after it was lowered again',
    when: (before, after) => Number(after) > Number(before),
  },
  {
    type: /^aws_secretsmanager_secret_version$/,
    path: /^secret_string_wo_version$/,
    says: 'the value of a secret from before',
  },
]

/** What reverting the pull request does not bring back. */
export const undo: Section = {
  title: 'Undo',
  lines: ({ changes, topologyChanges, input }, most) => {
    if (input.refusal) return ['Nothing was synthesised, so nothing needs to be undone.']
    const lost = [...losses(changes), ...oneWays(changes), ...lineage(topologyChanges.map(({ origin }) => origin.path))]
    if (lost.length > 0)
      return ['Reverting the pull request does not bring back:', '', ...shown(lost, most, (it) => `- ${it}`)]
    return [
      changes.length === 0
        ? 'There is nothing to undo.'
        : 'Reverting the pull request and applying again undoes all of it.',
    ]
  },
}

function losses(changes: readonly ResourceChange[]): string[] {
  const gone = changes.filter(
    (change) => destroys(change) && !isKept(change) && consequenceOf(change.type).lost !== undefined,
  )
  return [...Map.groupBy(gone, ({ type }) => type).values()].map((all) => {
    const { noun, lost } = consequenceOf(all[0]?.type ?? '')
    const regions = [...new Set(all.map(({ region }) => region))].filter((it) => it !== GLOBAL).sort()
    const [only] = all
    const what = all.length === 1 && only ? `${noun} ${code(only.address)}` : counted(all.length, noun)
    const places = regions.length > 0 ? ` (${regions.join(', ')})` : ''
    return `${what}${places}${all.length === 1 ? '' : ', of each'}: ${lost}`
  })
}

function oneWays(changes: readonly ResourceChange[]): string[] {
  return changes
    .filter(({ action }) => action === 'update')
    .flatMap(({ type, address, region, before, after }) =>
      differencesOf(before ?? {}, after ?? {}).flatMap(({ path, before: old, after: now }) => {
        const rule = ONE_WAY.find((it) => it.type.test(type) && it.path.test(path) && (it.when?.(old, now) ?? true))
        return rule ? [`${region} ${code(address)}: ${rule.says}`] : []
      }),
    )
}

/** Identities that are never used twice. */
function lineage(paths: readonly string[]): string[] {
  return paths.some((path) => /\.database\.generation$/.test(path))
    ? ['a generation of a database: it is never used again, so go on to the next one']
    : []
}
