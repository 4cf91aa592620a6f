import { createHash } from 'node:crypto'
import type { AttributeType } from '../schema/schema.ts'
import { CLOUDFLARE, vendorOf } from '../schema/vendor.ts'
import type { Value, ValueObject } from '../wire/value.ts'
import { inventCloudflare } from './invent-cloudflare.ts'

/** AWS's own example account. */
export const ACCOUNT = '123456789012'

/** What is known where a value has to be made up. */
export interface Invention {
  /** Such as `aws_vpc`. */
  readonly type: string
  /** Of the attribute. */
  readonly name: string
  readonly attributeType: AttributeType
  /** The whole resource or data source, as far as it is known. */
  readonly known: ValueObject
  readonly region: string
  /** The same seed makes the same values. */
  readonly seed: string
}

/** How the ids of AWS begin, where they do not follow from the type's name. */
const ID_PREFIXES: Readonly<Record<string, string>> = {
  aws_ec2_managed_prefix_list: 'pl',
  aws_ec2_transit_gateway: 'tgw',
  aws_eip: 'eipalloc',
  aws_flow_log: 'fl',
  aws_internet_gateway: 'igw',
  aws_nat_gateway: 'nat',
  aws_network_acl: 'acl',
  aws_route_table: 'rtb',
  aws_route_table_association: 'rtbassoc',
  aws_security_group: 'sg',
  aws_subnet: 'subnet',
  aws_vpc: 'vpc',
  aws_vpc_endpoint: 'vpce',
  aws_vpc_peering_connection: 'pcx',
  aws_vpc_security_group_egress_rule: 'sgr',
  aws_vpc_security_group_ingress_rule: 'sgr',
}

/** The service in an ARN, where it is not the word after `aws_`. */
const SERVICES: readonly (readonly [RegExp, string])[] = [
  [/^aws_(db|rds)_/, 'rds'],
  [/^aws_lb/, 'elasticloadbalancing'],
  [/^aws_cloudwatch_log/, 'logs'],
  [/^aws_(target_)?key$/, 'kms'],
  [/^aws_(vpc|subnet|eip|nat|route|internet|security|network|flow|customer|vpn|ec2|default)(_|$)/, 'ec2'],
  [/^aws_route53recoverycontrolconfig/, 'route53-recovery-control'],
  [/^aws_route53/, 'route53'],
]

/** What stands before the name in an ARN, where it is not the type's own words and a slash. */
const ARN_KINDS: Readonly<Record<string, string>> = {
  aws_cloudwatch_log_group: 'log-group:',
  aws_db_instance: 'db:',
  aws_db_parameter_group: 'pg:',
  aws_db_subnet_group: 'subgrp:',
  aws_kms_alias: '',
  aws_lb: 'loadbalancer/',
  aws_lb_target_group: 'targetgroup/',
  aws_rds_cluster: 'cluster:',
  aws_rds_global_cluster: 'global-cluster:',
  aws_route53_health_check: 'healthcheck/',
  aws_route53_zone: 'hostedzone/',
  aws_secretsmanager_secret: 'secret:',
  aws_sns_topic: '',
}

/** A second name of the id. */
const OWN_IDS: Readonly<Record<string, string>> = {
  aws_eip: 'allocation_id',
  aws_kms_key: 'key_id',
  aws_route53_zone: 'zone_id',
  aws_vpc_security_group_egress_rule: 'security_group_rule_id',
  aws_vpc_security_group_ingress_rule: 'security_group_rule_id',
}

/** Services whose ARNs name no region. */
const GLOBAL = /^(iam|route53|globalaccelerator|cloudfront|route53-recovery-control)$/

/** Where the id is the name, or the ARN, instead of something assigned. */
const NAMED = /^aws_(ecr_|iam_(role|user|group)|cloudwatch_|db_|rds_|kms_alias|backup_vault|appautoscaling_policy)/
const ID_IS_ARN = /^aws_(lb|acm_certificate|ecs_(cluster|service)|secretsmanager_secret|sns_topic|globalaccelerator_)/

/** Values that a plausible answer of AWS has whatever the type. */
const FIXED: Readonly<Record<string, Value>> = {
  account_id: ACCOUNT,
  allocated_storage: 20,
  dns_suffix: 'amazonaws.com',
  owner_id: ACCOUNT,
  partition: 'aws',
  port: 443,
  status: 'available',
}

/** A value such as AWS could fill in: of the right type and form, and nothing that anybody may rely on. */
export function inventValue(invention: Invention): Value {
  const { type, name, attributeType } = invention
  if (vendorOf(type) === CLOUDFLARE) return inventCloudflare(invention)
  if (attributeType === 'string') return inventText(invention)
  if (attributeType === 'number') return Number(FIXED[name] ?? 0)
  if (attributeType === 'bool') return false
  if (attributeType === 'dynamic') return null
  const [kind, inner] = attributeType
  if (kind === 'object') {
    return Object.fromEntries(
      Object.entries(inner).map(([field, type]) => [
        field,
        inventValue({ ...invention, name: field, attributeType: type }),
      ]),
    )
  }
  if (kind === 'map') return {}
  if (name === 'name_servers') return [1, 2, 3, 4].map((n) => `ns-${n}.awsdns-0${n}.example`)
  if (name === 'domain_validation_options') return validationOptions(invention)
  return []
}

function inventText(invention: Invention): string {
  const { type, name, known, region, seed } = invention
  const fixed = FIXED[name]
  if (fixed !== undefined) return String(fixed)
  if (name === 'region' || (type === 'aws_region' && /^(name|id)$/.test(name))) return region
  if (name === OWN_IDS[type]) return identity({ ...invention, name: 'id' })
  if (type === 'aws_route53_record' && name === 'fqdn') return text(known.name)
  if (name === 'arn' || name === 'id' || name === 'identifier' || name === 'name') return identity(invention)
  if (/(^|_)arn(_|$)/.test(name)) return arn({ ...invention, type: typeNamedBy(name, type) }, hash(seed, name))
  if (/(_id|^key_id)$/.test(name)) return `${prefixOf(typeNamedBy(name, type))}-0${hash(seed, name)}`
  if (/url$/.test(name)) return `${ACCOUNT}.dkr.ecr.${region}.amazonaws.com/${text(known.name)}`
  if (/(dns_name|domain_name|fqdn|address|hostname|endpoint)$/.test(name)) {
    if (/(public|private)_ip|ip_address/.test(name)) return '192.0.2.10'
    return `${identity({ ...invention, name: 'name' })}.${hash(seed, 'host').slice(0, 12)}.${region}.amazonaws.com`
  }
  if (/(public|private)_ip$/.test(name)) return '192.0.2.10'
  return ''
}

function identity(invention: Invention): string {
  const { type, name, known, region, seed } = invention
  const prefix = text(known.name_prefix) || text(known.identifier_prefix)
  const given = text(known.identifier) || text(known.name) || (type === 'aws_ecs_task_definition' && text(known.family))
  const label = given || `${prefix || 'terraform-'}${hash(seed, 'name')}`
  if (name === 'name' || name === 'identifier') return label
  const assigned = `${prefixOf(type)}-0${hash(seed, 'id')}`
  if (type === 'aws_caller_identity') return name === 'id' ? ACCOUNT : `arn:aws:iam::${ACCOUNT}:role/offline`
  if (name === 'arn') return arn(invention, given || prefix ? label : assigned)
  if (type === 'aws_partition') return 'aws'
  if (type === 'aws_region') return region
  if (ID_IS_ARN.test(type)) return arn(invention, label)
  if (type === 'aws_route53_zone') return `Z${hash(seed, 'zone').toUpperCase()}`
  return NAMED.test(type) ? label : assigned
}

function arn({ type, region }: Invention, resource: string): string {
  const service = SERVICES.find(([pattern]) => pattern.test(type))?.[1] ?? type.split('_')[1] ?? 'aws'
  const words = type.replace(/^aws_/, '').replace(`${service}_`, '').replaceAll('_', '-')
  const kind = ARN_KINDS[type] ?? `${words}/`
  return `arn:aws:${service}:${GLOBAL.test(service) ? '' : region}:${ACCOUNT}:${kind}${resource}`
}

/** `subnet_id` of anything is the id of a subnet. */
function typeNamedBy(attribute: string, fallback: string): string {
  const stem = attribute.replace(/_(id|arn)$/, '')
  const found = Object.keys(ID_PREFIXES).find((type) => type === `aws_${stem}`)
  return found ?? (attribute.includes('_') && !/^(key_id|arn_suffix)$/.test(attribute) ? `aws_${stem}` : fallback)
}

function prefixOf(type: string): string {
  return ID_PREFIXES[type] ?? type.replace(/^aws_/, '').replaceAll('_', '-')
}

function validationOptions({ known, seed }: Invention): Value {
  const names = [
    known.domain_name,
    ...(Array.isArray(known.subject_alternative_names) ? known.subject_alternative_names : []),
  ]
  const distinct = [...new Set(names.map((name) => text(name)).filter(Boolean))]
  const options = distinct.map((name) => ({
    domain_name: name,
    resource_record_name: `_${hash(seed, name)}.${name}.`,
    resource_record_type: 'CNAME',
    resource_record_value: `_${hash(seed, `${name}?`)}.acm-validations.aws.`,
  }))
  return options
}

function text(value: Value | undefined): string {
  return typeof value === 'string' ? value : ''
}

function hash(seed: string, name: string): string {
  return createHash('sha256').update(`${seed}/${name}`).digest('hex').slice(0, 16)
}
