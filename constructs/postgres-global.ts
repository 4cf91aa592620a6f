import { RdsGlobalCluster } from '@cdktf/provider-aws/lib/rds-global-cluster/index.js'
import type { Construct } from 'constructs'
import { ExistingGlobalDatabase, type ExistingGlobalDatabaseProps, GlobalDatabase } from './global-database.ts'
import { invalidProp } from './invalid-prop.ts'
import { POSTGRES_USER } from './postgres.ts'
import { type Transform, transform } from './transform.ts'

/** The minor version of each major one that a new global database begins with. */
const VERSIONS: Readonly<Record<number, string>> = { 17: '17.4' }

export interface PostgresGlobalProps {
  /** Identifies it in the whole account, 1 to 63 letters, digits and hyphens. */
  readonly identifier: string
  /** PostgreSQL's major version; Aurora has 17. */
  readonly version: number
  /** The exact version of Aurora. Raise it here alone: members follow. @default '17.4' */
  readonly engineVersion?: string
  /** Neither Terraform nor the console deletes it before this is taken off. @default true */
  readonly protection?: boolean
  /** Changes to inner resources. @default none */
  readonly transform?: Transform<PostgresGlobal>
}

/**
 * An Aurora Global Database: the shell that its members, a `PostgresGlobalMember` per region, join when they are made.
 * It is there first and belongs to no region. (Made out of a cluster that exists, Terraform could only end it by
 * detaching every member.) Which member writes is nowhere in it.
 *
 * Aurora replicates storage within a second or so, asynchronously: that an acknowledged write survives is for the
 * control planes' confirmation, as with any other database.
 */
export class PostgresGlobal extends GlobalDatabase {
  readonly cluster: RdsGlobalCluster
  readonly engineVersion: string
  readonly identifier: string

  /** Uses a global database that somebody else made. */
  static fromExisting(scope: Construct, id: string, props: ExistingGlobalDatabaseProps): GlobalDatabase {
    return new ExistingGlobalDatabase(scope, id, props)
  }

  constructor(scope: Construct, id: string, props: PostgresGlobalProps) {
    super(scope, id)
    if (!/^[a-z](?:-?[a-z0-9])*$/i.test(props.identifier) || props.identifier.length > 63) {
      const problem = `'${props.identifier}' cannot be; use a letter, then letters, digits and single hyphens, at most 63`
      throw invalidProp(this, 'identifier', problem)
    }
    this.identifier = props.identifier
    this.engineVersion = auroraVersion(this, props)
    this.cluster = new RdsGlobalCluster(this, 'cluster', {
      globalClusterIdentifier: props.identifier,
      engine: 'aurora-postgresql',
      engineVersion: this.engineVersion,
      databaseName: POSTGRES_USER,
      storageEncrypted: true,
      deletionProtection: props.protection ?? true,
    })
    transform(this, props.transform)
  }
}

/** The version that a global database and its members share. @throws AntipodeError CONSTRUCT_INVALID */
export function auroraVersion(
  scope: Construct,
  { version, engineVersion }: Pick<PostgresGlobalProps, 'version' | 'engineVersion'>,
): string {
  const offered = engineVersion ?? VERSIONS[version]
  if (!offered) throw invalidProp(scope, 'version', `${version} is not offered by Aurora; use 17`)
  if (!offered.startsWith(`${version}.`)) {
    throw invalidProp(
      scope,
      'engineVersion',
      `'${offered}' is none of PostgreSQL ${version}; use one like ${version}.4`,
    )
  }
  return offered
}
