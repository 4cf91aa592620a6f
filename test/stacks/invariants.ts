import assert from 'node:assert/strict'
import type { Topology } from '../../topology/index.ts'
import { assertCrossReferences, assertOwnReferences } from './references-of.ts'
import { type Block, resources, type SynthesisedStack } from './synthesise.ts'

type Stacks = ReadonlyMap<string, SynthesisedStack>

/** What holds for the stacks of every topology, whatever its options are. */
export function assertInvariants(topology: Topology, stacks: Stacks): void {
  assertOwnReferences(stacks)
  assertCrossReferences(stacks)
  namesAreTakenOnce(stacks)
  onlyGatewaysAreOpen(stacks)
  noRoleMayDoEverything(stacks)
  regionsReadNoOtherRegion(topology, stacks)
  everythingAtRestIsEncrypted(stacks)
  everythingIsTagged(topology, stacks)
  edgesHoldNothingOfControlPlanes(topology, stacks)
}

/** The arguments by which AWS tells resources of a type apart, within a region or, as roles and zones, an account. */
const NAMES: Readonly<Record<string, string>> = {
  aws_backup_vault: 'name',
  aws_cloudwatch_log_group: 'name',
  aws_cloudwatch_metric_alarm: 'alarm_name',
  aws_db_instance: 'identifier',
  aws_db_subnet_group: 'name',
  aws_ecr_repository: 'name',
  aws_ecs_cluster: 'name',
  aws_iam_role: 'name',
  aws_kms_alias: 'name',
  aws_lb: 'name',
  aws_rds_cluster: 'cluster_identifier',
  aws_secretsmanager_secret: 'name',
  aws_sns_topic: 'name',
}

function namesAreTakenOnce(stacks: Stacks): void {
  const taken = new Map<string, string>()
  const take = (key: string, id: string) => {
    assert.equal(taken.get(key), undefined, `${id} and ${taken.get(key)} both have ${key}`)
    taken.set(key, id)
  }
  for (const [id, stack] of stacks) {
    for (const [type, argument] of Object.entries(NAMES)) {
      for (const block of Object.values(resources(stack, type))) {
        const region = type === 'aws_iam_role' ? 'everywhere' : (block.region ?? regionOf(stack))
        take(`${type} ${block[argument]} in ${region}`, id)
        for (const { region: copy } of (block.replica as { region: string }[] | undefined) ?? []) {
          take(`${type} ${block[argument]} in ${copy}`, id)
        }
      }
    }
    for (const { name, type, set_identifier, zone_id } of Object.values(resources(stack, 'aws_route53_record'))) {
      take(`record ${name} ${type} ${set_identifier ?? ''} in ${zone_id}`, id)
    }
  }
}

function onlyGatewaysAreOpen(stacks: Stacks): void {
  for (const [id, stack] of stacks) {
    for (const rule of Object.values(resources(stack, 'aws_vpc_security_group_ingress_rule'))) {
      if (rule.cidr_ipv4 !== '0.0.0.0/0' && rule.cidr_ipv6 !== '::/0') continue
      assert.match(id, /-data-plane(-\w+)?$/)
      assert.equal(rule.from_port, 443, id)
    }
  }
}

/** A key's own policy lets the account decide through IAM, which AWS words as everything. */
function noRoleMayDoEverything(stacks: Stacks): void {
  for (const [id, stack] of stacks) {
    for (const type of ['aws_iam_role_policy', 'aws_iam_policy']) {
      for (const { policy } of Object.values(resources(stack, type))) {
        const { Statement } = JSON.parse(`${policy}`) as { Statement: { Action: string[] }[] }
        for (const { Action } of Statement) {
          for (const action of Action) assert.doesNotMatch(action, /^\*$|:\*$/, id)
        }
      }
    }
  }
}

function regionsReadNoOtherRegion({ name, regions }: Topology, stacks: Stacks): void {
  for (const [id, stack] of stacks) {
    const own = Object.keys(regions).find((region) => id.startsWith(`${name}-${region}-`))
    if (!own) continue
    const text = JSON.stringify(stack.data.terraform_remote_state ?? {})
    for (const region of Object.keys(regions)) {
      if (region !== own) assert.ok(!text.includes(`${name}-${region}-`), `${id} reads the state of ${region}`)
    }
  }
}

const KEYS: Readonly<Record<string, string>> = {
  aws_backup_vault: 'kms_key_arn',
  aws_cloudwatch_log_group: 'kms_key_id',
  aws_db_instance: 'kms_key_id',
  aws_rds_cluster: 'kms_key_id',
  aws_secretsmanager_secret: 'kms_key_id',
  aws_sns_topic: 'kms_master_key_id',
}

function everythingAtRestIsEncrypted(stacks: Stacks): void {
  const isKey = (value: unknown) => /kms_key.*arn|^arn:aws:kms:/.test(`${value}`)
  for (const [id, stack] of stacks) {
    for (const [type, argument] of Object.entries(KEYS)) {
      for (const [block, { [argument]: key }] of Object.entries(resources(stack, type))) {
        assert.ok(isKey(key), `${id} ${type}.${block} has ${key} for a key`)
      }
    }
    for (const type of ['aws_db_instance', 'aws_rds_cluster', 'aws_rds_global_cluster']) {
      for (const block of Object.values(resources(stack, type))) assert.equal(block.storage_encrypted, true, id)
    }
  }
}

function everythingIsTagged({ name }: Topology, stacks: Stacks): void {
  for (const [id, stack] of stacks) {
    const [provider] = (stack.provider as { aws: Block[] }).aws
    const [{ tags } = { tags: {} }] = (provider?.default_tags ?? []) as { tags: Record<string, string> }[]
    assert.deepEqual([tags.Topology, tags.Stack, tags.ManagedBy], [name, id, 'antipode'], id)
  }
}

function edgesHoldNothingOfControlPlanes({ name, regions }: Topology, stacks: Stacks): void {
  for (const [region, { role }] of Object.entries(regions)) {
    const of = (layer: string) => stacks.get(`${name}-${region}-${layer}`)
    assert.equal(of('data') === undefined, role === 'edge', `${region} has a database`)
    assert.equal(of('control-plane') === undefined, role === 'edge', `${region} has control planes`)
    if (role !== 'edge') continue
    for (const { tags } of Object.values(resources(of('foundation'), 'aws_secretsmanager_secret'))) {
      assert.match(`${(tags as Block).Identity}`, /\/group\//, `${region} holds more than identities of data planes`)
    }
  }
}

function regionOf(stack: SynthesisedStack): unknown {
  return (stack.provider as { aws: Block[] }).aws[0]?.region
}
