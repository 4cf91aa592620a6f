import type { Attribute, AttributeType, Block } from './schema.ts'

/**
 * What the npm package leaves out of the schema it was generated from: CDKTF 0.21 knows neither ephemeral resources nor
 * write-only and sensitive arguments. Each is named with the page that documents it; all are of provider 6.25.
 */
const DOCS = 'https://registry.terraform.io/providers/hashicorp/aws/6.25.0/docs'

interface SecretArguments {
  readonly source: string
  readonly writeOnly?: readonly string[]
  readonly sensitive?: readonly string[]
}

export const SECRET_ARGUMENTS: Readonly<Record<string, SecretArguments>> = {
  aws_db_instance: {
    source: `${DOCS}/resources/db_instance`,
    writeOnly: ['password_wo'],
    sensitive: ['password'],
  },
  aws_docdb_cluster: { source: `${DOCS}/resources/docdb_cluster`, writeOnly: ['master_password_wo'] },
  aws_elasticache_replication_group: {
    source: `${DOCS}/resources/elasticache_replication_group`,
    sensitive: ['auth_token'],
  },
  aws_rds_cluster: {
    source: `${DOCS}/resources/rds_cluster`,
    writeOnly: ['master_password_wo'],
    sensitive: ['master_password'],
  },
  aws_secretsmanager_secret_version: {
    source: `${DOCS}/resources/secretsmanager_secret_version`,
    writeOnly: ['secret_string_wo'],
    sensitive: ['secret_string', 'secret_binary'],
  },
  aws_ssm_parameter: {
    source: `${DOCS}/resources/ssm_parameter`,
    writeOnly: ['value_wo'],
    sensitive: ['value'],
  },
  aws_vpn_connection: {
    source: `${DOCS}/resources/vpn_connection`,
    sensitive: ['tunnel1_preshared_key', 'tunnel2_preshared_key', 'customer_gateway_configuration'],
  },
}

/** A block with the flags that its type is missing; one argument that nobody has is a mistake of the table. */
export function addSecretFlags(type: string, block: Block): Block {
  const { writeOnly = [], sensitive = [] } = SECRET_ARGUMENTS[type] ?? {}
  const attributes = { ...block.attributes }
  for (const name of [...writeOnly, ...sensitive]) {
    const attribute = attributes[name]
    if (!attribute) throw new Error(`${type} has no argument ${name}`)
    attributes[name] = { ...attribute, sensitive: true, ...(writeOnly.includes(name) && { writeOnly: true }) }
  }
  return { ...block, attributes }
}

const argument = (type: AttributeType): Attribute => ({ type, optional: true })
const required = (type: AttributeType): Attribute => ({ type, required: true })
const result = (type: AttributeType): Attribute => ({ type, computed: true })
const secret = (type: AttributeType): Attribute => ({ type, computed: true, sensitive: true })
const region: Attribute = { type: 'string', optional: true, computed: true }

export const EPHEMERAL_RESOURCES: Readonly<Record<string, { readonly source: string; readonly block: Block }>> = {
  aws_secretsmanager_random_password: {
    source: `${DOCS}/ephemeral-resources/secretsmanager_random_password`,
    block: {
      attributes: {
        exclude_characters: argument('string'),
        exclude_lowercase: argument('bool'),
        exclude_numbers: argument('bool'),
        exclude_punctuation: argument('bool'),
        exclude_uppercase: argument('bool'),
        include_space: argument('bool'),
        password_length: argument('number'),
        random_password: secret('string'),
        region,
        require_each_included_type: argument('bool'),
      },
      blocks: {},
    },
  },
  aws_secretsmanager_secret_version: {
    source: `${DOCS}/ephemeral-resources/secretsmanager_secret_version`,
    block: {
      attributes: {
        arn: result('string'),
        created_date: result('string'),
        region,
        secret_binary: secret('string'),
        secret_id: required('string'),
        secret_string: secret('string'),
        version_id: { type: 'string', optional: true, computed: true },
        version_stage: { type: 'string', optional: true, computed: true },
        version_stages: result(['list', 'string']),
      },
      blocks: {},
    },
  },
  aws_ssm_parameter: {
    source: `${DOCS}/ephemeral-resources/ssm_parameter`,
    block: {
      attributes: {
        arn: required('string'),
        name: result('string'),
        region,
        type: result('string'),
        value: secret('string'),
        version: result('number'),
        with_decryption: argument('bool'),
      },
      blocks: {},
    },
  },
}
