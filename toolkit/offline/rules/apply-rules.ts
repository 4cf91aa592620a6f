import type { Finding } from '../provider/diagnostic.ts'
import { isEmpty, sameValue, UNKNOWN, type Value, type ValueObject } from '../wire/value.ts'
import { sourceOf } from './provider-version.ts'
import { replacedFor } from './replacement.ts'
import type { ResourceChange } from './resource-change.ts'

/** A rule on a change: what it says, or nothing. */
type ApplyRule = (change: ResourceChange) => Omit<Finding, 'source'> | undefined

const error = (path: string, summary: string, detail: string): Omit<Finding, 'source'> => {
  return { severity: 'error', summary, detail, path: [path] }
}
const warning = (path: string, summary: string, detail: string): Omit<Finding, 'source'> => {
  return { severity: 'warning', summary, detail, path: [path] }
}

const NEW_GENERATION =
  'A database follows another only from its creation on. Raise the generation of the database, so that a new one is ' +
  'made beside it, and remove the old one in a step of its own.'

/** By type: plans that look harmless and fail, or do more than they say, when they are applied. */
const RULES: Readonly<Record<string, readonly ApplyRule[]>> = {
  aws_db_instance: [
    onUpdate(({ prior, planned }) => {
      const [from, to] = [prior.replicate_source_db, planned.replicate_source_db]
      if (sameValue(from, to)) return undefined
      if (isEmpty(to)) {
        return warning('replicate_source_db', 'the replica is promoted', 'It stops following and accepts writes.')
      }
      return error('replicate_source_db', 'a database cannot be told to follow another', NEW_GENERATION)
    }),
    onConfig(({ config }) => {
      if (isEmpty(config.replicate_source_db)) return undefined
      const secret = ['password', 'password_wo'].find((name) => !isEmpty(config[name]))
      return secret && error(secret, 'a replica takes no password', "It has its source's. Remove the argument.")
    }),
    onConfig(({ config }) => {
      const source = config.replicate_source_db
      if (typeof source !== 'string' || source === '' || isEmpty(config.db_subnet_group_name)) return undefined
      if (source.startsWith('arn:')) return undefined
      return error(
        'replicate_source_db',
        'the source of a replica with a subnet group must be an ARN',
        `Write the ARN of ${source} instead of its identifier.`,
      )
    }),
    finalSnapshot('final_snapshot_identifier'),
    protection('deletion_protection'),
  ],
  aws_rds_cluster: [
    onUpdate(({ prior, planned }) => {
      const [from, to] = [prior.replication_source_identifier, planned.replication_source_identifier]
      if (sameValue(from, to)) return undefined
      if (isEmpty(to)) {
        return warning('replication_source_identifier', 'the cluster is promoted', 'It stops following its source.')
      }
      return error('replication_source_identifier', 'a cluster cannot be told to follow another', NEW_GENERATION)
    }),
    onUpdate(({ prior, planned }) => {
      const [from, to] = [prior.global_cluster_identifier, planned.global_cluster_identifier]
      if (sameValue(from, to)) return undefined
      if (isEmpty(to)) {
        return warning('global_cluster_identifier', 'the cluster leaves its global cluster', 'It no longer follows it.')
      }
      return error('global_cluster_identifier', 'a cluster cannot join a global cluster later', NEW_GENERATION)
    }),
    finalSnapshot('final_snapshot_identifier'),
    protection('deletion_protection'),
  ],
  aws_rds_global_cluster: [protection('deletion_protection')],
  aws_lb: [protection('enable_deletion_protection')],
  aws_ecs_service: [
    onUpdate(({ prior, planned }) => {
      if (sameValue(prior.capacity_provider_strategy, planned.capacity_provider_strategy, true)) return undefined
      if (planned.force_new_deployment === true) return undefined
      return error(
        'capacity_provider_strategy',
        'another capacity provider needs a new deployment',
        'Set force_new_deployment to true.',
      )
    }),
  ],
  aws_ecr_repository: [
    onDestroy(({ prior }) => {
      if (prior.force_delete === true) return undefined
      return warning('force_delete', 'a repository with images in it is not deleted', 'Empty it before.')
    }),
  ],
  aws_vpn_connection: [
    onConfig(({ config }) => {
      if (config.preshared_key_storage === 'SecretsManager') return undefined
      return warning(
        'preshared_key_storage',
        'the pre-shared keys of the tunnels reach the state',
        'Set it to SecretsManager.',
      )
    }),
  ],
}

/** What a change meets, or does, at apply. */
export function checkChange(change: ResourceChange): Finding[] {
  return (RULES[change.type] ?? []).flatMap((rule) => {
    const found = rule(change)
    return found ? [{ ...found, source: sourceOf(change.type) }] : []
  })
}

/** Why AWS refuses to delete a resource as it is. */
export function refusesDeletion(type: string, prior: ValueObject): Finding | undefined {
  const switchName = ['deletion_protection', 'enable_deletion_protection'].find((name) => prior[name] === true)
  if (!switchName) return undefined
  return {
    ...error(switchName, 'it is protected from deletion', `Apply ${switchName} = false before.`),
    source: sourceOf(type),
  }
}

function onUpdate(rule: (change: { prior: ValueObject; planned: ValueObject }) => ReturnType<ApplyRule>): ApplyRule {
  return ({ prior, planned }) => (prior && planned ? rule({ prior, planned }) : undefined)
}

function onDestroy(rule: (change: { prior: ValueObject }) => ReturnType<ApplyRule>): ApplyRule {
  return ({ prior, planned }) => (prior && !planned ? rule({ prior }) : undefined)
}

function onConfig(rule: (change: { config: ValueObject }) => ReturnType<ApplyRule> | ''): ApplyRule {
  return ({ config, planned }) => (config && planned ? rule({ config }) || undefined : undefined)
}

/** True when the change takes the resource away, for good or for another in its place. */
function removes(change: ResourceChange): boolean {
  return change.prior !== null && (change.planned === null || replacedFor(change).length > 0)
}

function protection(name: string): ApplyRule {
  return (change) => {
    if (change.prior?.[name] !== true || !removes(change)) return undefined
    return warning(
      name,
      'it is protected from deletion',
      `AWS refuses when this is applied. Apply ${name} = false before.`,
    )
  }
}

function finalSnapshot(name: string): ApplyRule {
  return (change) => {
    const { prior } = change
    if (!prior || !removes(change) || truthy(prior.skip_final_snapshot) || !isEmpty(prior[name])) return undefined
    return error(name, 'its last snapshot has no name', `Apply ${name}, or skip_final_snapshot = true, before.`)
  }
}

function truthy(value: Value | undefined): boolean {
  return value === true || value === UNKNOWN
}
