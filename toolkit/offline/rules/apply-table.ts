import { isEmpty, sameValue, type Value, type ValueObject } from '../wire/value.ts'
import {
  type ApplyRule,
  error,
  finalSnapshot,
  onConfig,
  onRemoval,
  onReplacement,
  onUpdate,
  protection,
  warning,
} from './apply-rule.ts'

const ISSUES = 'https://github.com/hashicorp/terraform-provider-aws/issues'
const RDS_API = 'https://docs.aws.amazon.com/AmazonRDS/latest/APIReference'
const ROUTE_53 = 'https://docs.aws.amazon.com/Route53/latest/DeveloperGuide'

const NEW_GENERATION =
  'A database follows another only from its creation on. Raise the generation of the database, so that a new one is ' +
  'made beside it, and remove the old one in a step of its own.'

/** Another major version, which AWS takes only when it is told that this is meant. */
const majorVersion: ApplyRule = onUpdate(({ prior, planned }) => {
  const [from, to] = [prior.engine_version, planned.engine_version].map((version) => `${version ?? ''}`.split('.')[0])
  if (!from || !to || from === to || planned.allow_major_version_upgrade === true) return undefined
  return error(
    'engine_version',
    'another major version is not allowed',
    'Set allow_major_version_upgrade to true, together with a parameter group of the new version.',
    `${RDS_API}/API_ModifyDBInstance.html, AllowMajorVersionUpgrade`,
  )
})

/** A parameter group is of one version of one engine. */
const family: ApplyRule = onUpdate(({ prior, planned }) => {
  if (sameValue(prior.family, planned.family)) return undefined
  return warning(
    'family',
    'only databases of its own version take a parameter group',
    'AWS refuses it for one that has not been raised yet. Raise the version of the database that writes first.',
    `${RDS_API}/API_ModifyDBInstance.html, DBParameterGroupName`,
  )
})

const POLICIES = [
  'cidr_routing_policy',
  'failover_routing_policy',
  'geolocation_routing_policy',
  'geoproximity_routing_policy',
  'latency_routing_policy',
  'multivalue_answer_routing_policy',
  'weighted_routing_policy',
]
const policyOf = (record: ValueObject): string | undefined => POLICIES.find((name) => isSet(record[name]))

/** By type: plans that look harmless and fail, or do more than they say, when they are applied. */
export const APPLY_RULES: Readonly<Record<string, readonly ApplyRule[]>> = {
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
    onConfig(({ config }) => {
      const source = config.replicate_source_db
      if (typeof source !== 'string' || !source.startsWith('arn:') || !isEmpty(config.kms_key_id)) return undefined
      if (source.split(':')[3] === config.region || isEmpty(config.region)) return undefined
      return error(
        'kms_key_id',
        'a replica in another region needs a key there',
        'Without one the region of its source is not sent. Name a key of its own region.',
      )
    }),
    onUpdate(({ prior, planned }) => {
      if (isEmpty(prior.password) || !isEmpty(planned.password) || isEmpty(planned.password_wo_version))
        return undefined
      const detail = 'The new one is not sent, and the old one is emptied. Raise password_wo_version in a second step.'
      return error('password', 'the password would be emptied', detail, `${ISSUES}/42582`)
    }),
    onUpdate(({ prior, planned }) => {
      if (!changed(prior, planned, 'identifier')) return undefined
      const detail = 'Its address changes with it, and it restarts. Replicas that name its ARN no longer find it.'
      return warning('identifier', 'the database is renamed', detail, `${RDS_API}/API_ModifyDBInstance.html`)
    }),
    onUpdate(({ prior, planned }) => {
      if (!changed(prior, planned, 'db_subnet_group_name')) return undefined
      return warning(
        'db_subnet_group_name',
        'a database only moves to a subnet group of another network',
        'AWS refuses one of the same network.',
        `${RDS_API}/API_ModifyDBInstance.html, DBSubnetGroupName`,
      )
    }),
    majorVersion,
    finalSnapshot('final_snapshot_identifier'),
    protection('deletion_protection'),
  ],
  aws_db_subnet_group: [
    onRemoval(({ prior }) => {
      const detail = `AWS refuses while a database is in ${prior.name ?? 'it'}. Remove that before.`
      return warning(
        'name',
        'a subnet group is not deleted while it is used',
        detail,
        `${RDS_API}/API_DeleteDBSubnetGroup.html`,
      )
    }),
    onUpdate(({ prior, planned }) => {
      const [before, after] = [prior.subnet_ids, planned.subnet_ids]
      if (!Array.isArray(before) || !Array.isArray(after) || before.length === 0) return undefined
      if (before.some((id) => after.some((other) => sameValue(id, other)))) return undefined
      return warning(
        'subnet_ids',
        'no subnet stays',
        'AWS refuses subnets of another network than that of the databases in the group.',
        `${RDS_API}/API_ModifyDBSubnetGroup.html`,
      )
    }),
  ],
  aws_db_parameter_group: [family],
  aws_rds_cluster_parameter_group: [family],
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
    onConfig(({ config }) => {
      if (isEmpty(config.global_cluster_identifier) || config.manage_master_user_password !== true) return undefined
      return error(
        'manage_master_user_password',
        'RDS does not manage the password of a member of a global database',
        'Keep it in a secret of your own, and hand it over with master_password_wo.',
      )
    }),
    majorVersion,
    finalSnapshot('final_snapshot_identifier'),
    protection('deletion_protection'),
  ],
  aws_rds_global_cluster: [
    onConfig(({ config }) => {
      if (isEmpty(config.source_db_cluster_identifier) || config.force_destroy === true) return undefined
      return warning(
        'source_db_cluster_identifier',
        'a global cluster made out of a member is not destroyed',
        'Make it first, and members in it; with force_destroy, destroying it detaches every member.',
      )
    }),
    onRemoval(({ prior }) => {
      if (prior.force_destroy !== true) return undefined
      const detail = 'Each goes on alone, and none follows the writer any more.'
      return warning('force_destroy', 'every member is detached', detail)
    }),
    protection('deletion_protection'),
  ],
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
    onRemoval(({ prior }) => {
      if (prior.force_delete === true) return undefined
      return warning('force_delete', 'a repository with images in it is not deleted', 'Empty it before.')
    }),
  ],
  aws_route53_health_check: [
    onReplacement(({ prior }) => {
      // Its successor would be refused the name while it is there, and records the answer while it is not.
      if (isEmpty(prior.reference_name)) return undefined
      const detail = 'It has to be there before the old one goes, and a name is taken once. Leave reference_name out.'
      return error('reference_name', 'its successor cannot have its name', detail)
    }),
  ],
  aws_route53_record: [
    onUpdate(({ prior, planned }) => {
      const [from, to] = [policyOf(prior), policyOf(planned)]
      if (from === to || !sameValue(prior.name, planned.name)) return undefined
      return warning(
        to ?? from ?? 'set_identifier',
        'records of one name share one policy',
        'While another record of the name has the old one, Route 53 refuses the new one. Remove the others first.',
        `${ISSUES}/11485`,
      )
    }),
  ],
  aws_route53_zone: [
    onRemoval(({ prior }) => {
      if (prior.force_destroy === true) return undefined
      const detail = 'Whoever put them there has to remove them before.'
      return warning(
        'force_destroy',
        'a zone with records in it is not deleted',
        detail,
        `${ROUTE_53}/DeleteHostedZone.html`,
      )
    }),
  ],
  aws_s3_bucket: [
    onRemoval(({ prior }) => {
      if (prior.force_destroy === true) return undefined
      return warning('force_destroy', 'a bucket with objects in it is not deleted', 'Empty it before.')
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

function changed(prior: ValueObject, planned: ValueObject, name: string): boolean {
  return !isEmpty(prior[name]) && !isEmpty(planned[name]) && !sameValue(prior[name], planned[name])
}

function isSet(value: Value | undefined): boolean {
  return !isEmpty(value) && value !== false
}
