import type { Consequences } from './consequence.ts'

/** What holds data. */
export const DATABASE_CONSEQUENCES: Consequences = {
  aws_db_instance: {
    noun: 'database',
    grade: 'data',
    cut: '20–40 min for writes, where it is the writer; calls are served on. A new one is empty',
    lost: 'what was written to it: only its last snapshot and its backups hold that',
  },
  aws_rds_cluster: {
    noun: 'database cluster',
    grade: 'data',
    cut: '20–40 min for writes, where it is the writer; calls are served on. A new one is empty',
    lost: 'what was written to it: only its last snapshot and its backups hold that',
  },
  aws_rds_cluster_instance: {
    noun: 'instance of a database cluster',
    grade: 'cut',
    cut: '5–15 min for writes, unless the cluster has another instance',
  },
  aws_rds_global_cluster: {
    noun: 'global database',
    grade: 'data',
    cut: 'members follow nobody until they are made again, an hour or more',
    lost: 'the membership of every cluster: one that was detached joins again only as a new one',
  },
  aws_db_subnet_group: {
    noun: 'subnet group of a database',
    grade: 'cut',
    cut: 'AWS refuses while a database is in it',
  },
  aws_db_parameter_group: {
    noun: 'parameter group',
    grade: 'cut',
    gentle: 'limited',
    cut: 'the database restarts to take another one, 1–5 min for writes',
  },
  aws_rds_cluster_parameter_group: {
    noun: 'parameter group of a cluster',
    grade: 'cut',
    gentle: 'limited',
    cut: 'the cluster restarts to take another one, 1–5 min for writes',
  },
  aws_elasticache_replication_group: {
    noun: 'cache',
    grade: 'data',
    cut: 'limits that are counted in it start at zero after 10–20 min',
    lost: 'what was counted in it',
  },
  aws_s3_bucket: {
    noun: 'bucket',
    grade: 'data',
    cut: 'what is written to it fails until it is there again, minutes to an hour',
    lost: 'the objects in it, and perhaps its name, which anybody may take',
  },
  aws_backup_vault: {
    noun: 'backup vault',
    grade: 'data',
    cut: 'no backup is made meanwhile',
    lost: 'the backups in it',
  },
  aws_kms_key: {
    noun: 'KMS key',
    grade: 'data',
    cut: 'whatever it encrypts cannot be read once it is deleted: databases, secrets and logs of its region stop',
    lost: 'after its waiting period, everything that it encrypts; until then a deletion can be cancelled by hand',
  },
  aws_kms_replica_key: {
    noun: 'replica of a KMS key',
    grade: 'data',
    cut: 'what it encrypts in its region cannot be read once it is deleted',
    lost: 'after its waiting period, everything that it encrypts there',
  },
  aws_kms_alias: {
    noun: 'name of a key',
    grade: 'limited',
    cut: 'what looks the key up by its name fails for some seconds',
  },
  aws_secretsmanager_secret: {
    noun: 'secret',
    grade: 'data',
    cut: 'tasks that start find no value until somebody puts one there; those that run go on',
    lost: 'its value and its ARN; the name is taken until the recovery window is over',
  },
  aws_secretsmanager_secret_version: {
    noun: 'version of a secret',
    grade: 'limited',
    cut: 'tasks that start meanwhile find the version before',
    lost: 'the value of the version before, once nothing holds it',
  },
  aws_secretsmanager_secret_policy: {
    noun: 'policy of a secret',
    grade: 'limited',
    cut: 'reading it may be refused for some seconds',
  },
  aws_ecr_repository: {
    noun: 'image repository',
    grade: 'data',
    cut: 'no task can start until images are pushed again; those that run go on',
    lost: 'the images in it',
  },
  aws_cloudwatch_log_group: {
    noun: 'log group',
    grade: 'data',
    cut: 'nothing stops for callers',
    lost: 'the logs in it',
  },
}
