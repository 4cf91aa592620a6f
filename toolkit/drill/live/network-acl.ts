import { AntipodeError } from '../../../runtime/model/errors.ts'
import { type AwsApi, AwsRefusal } from './aws-api.ts'
import type { AclRule } from './denials.ts'
import { type Element, elementsAt, textAt } from './element-tree.ts'

/** The network of a region, and the one ACL that all its subnets share. */
export interface RegionAcl {
  readonly region: string
  readonly vpc: string
  readonly cidr: string
  /** `acl-0a1b2c3d4e5f60718` */
  readonly id: string
}

/** A rule at its place; AWS goes by the lowest number that fits a packet. */
export interface AclEntry extends AclRule {
  readonly number: number
}

/** A call that takes a rule back: as a journal keeps it, and as EventBridge Scheduler is handed it. */
export interface AclUndo {
  readonly do: 'DeleteNetworkAclEntry'
  readonly region: string
  readonly input: { readonly NetworkAclId: string; readonly RuleNumber: number; readonly Egress: false }
  /** The rule that is to go; another one at its place is left alone. */
  readonly entry: AclEntry
}

const TCP = '6'
const ALL = '-1'

/** @throws AntipodeError DRILL_NOT_STARTED where there is not exactly one network, with one ACL that lets all in */
export async function findRegionAcl(api: AwsApi, region: string, name: string, cidr: string): Promise<RegionAcl> {
  const vpcs = elementsAt(
    await api.ec2(region, 'DescribeVpcs', {
      'Filter.1.Name': 'cidr',
      'Filter.1.Value.1': cidr,
      'Filter.2.Name': 'tag:Name',
      'Filter.2.Value.1': name,
    }),
    'vpcSet',
    'item',
  )
  const [vpc] = vpcs.map((found) => textAt(found, 'vpcId') ?? '')
  if (vpcs.length !== 1 || !vpc) {
    throw notStarted(`${region} has ${vpcs.length} networks of ${cidr} that are called ${name}`)
  }
  const acls = elementsAt(
    await api.ec2(region, 'DescribeNetworkAcls', { 'Filter.1.Name': 'vpc-id', 'Filter.1.Value.1': vpc }),
    'networkAclSet',
    'item',
  )
  const [acl] = acls
  if (acls.length !== 1 || !acl) {
    throw notStarted(`the network ${vpc} of ${region} has ${acls.length} network ACLs, and a drill knows what one does`)
  }
  return { region, vpc, cidr, id: textAt(acl, 'networkAclId') ?? '' }
}

/** The rules of what comes in, lowest number first. */
export async function entriesOf(api: AwsApi, { region, id }: Pick<RegionAcl, 'region' | 'id'>): Promise<AclEntry[]> {
  const answer = await api.ec2(region, 'DescribeNetworkAcls', { 'NetworkAclId.1': id })
  return elementsAt(answer, 'networkAclSet', 'item', 'entrySet', 'item')
    .filter((entry) => textAt(entry, 'egress') === 'false')
    .map(readEntry)
    .sort((a, b) => a.number - b.number)
}

/**
 * Gives rules their places, before all that is there.
 *
 * @throws AntipodeError DRILL_NOT_STARTED where the ACL does more than let everything in, as when a drill has left rules
 */
export async function placeRules(api: AwsApi, acl: RegionAcl, rules: readonly AclRule[]): Promise<AclEntry[]> {
  const [first] = await entriesOf(api, acl)
  if (first?.action !== 'allow' || first.port !== null || first.from !== '0.0.0.0/0' || first.number <= rules.length) {
    const found = first ? `begins with the rule ${first.number}, ${first.action} from ${first.from}` : 'lets nothing in'
    throw notStarted(
      `the network ACL ${acl.id} of ${acl.region} ${found}, and a drill touches one alone that lets everything in from a rule ${rules.length + 1} or later; what a drill left is taken back by \`antipode drill heal\``,
    )
  }
  return rules.map((rule, index) => ({ ...rule, number: index + 1 }))
}

/** @throws AwsRefusal NetworkAclEntryAlreadyExists where somebody was first */
export async function addEntry(api: AwsApi, { region, id }: RegionAcl, entry: AclEntry): Promise<void> {
  const { number, action, port, from } = entry
  const rule = {
    ...{ NetworkAclId: id, RuleNumber: number, RuleAction: action, Egress: false, CidrBlock: from },
    ...(port === null ? { Protocol: ALL } : { Protocol: TCP, 'PortRange.From': port, 'PortRange.To': port }),
  }
  // Asked for a second time, one that was made without an answer would look like somebody else's.
  await api.ec2(region, 'CreateNetworkAclEntry', rule, 1)
}

export function undoOf({ region, id }: RegionAcl, entry: AclEntry): AclUndo {
  const input = { NetworkAclId: id, RuleNumber: entry.number, Egress: false } as const
  return { do: 'DeleteNetworkAclEntry', region, input, entry }
}

/** Takes a rule back; one that is gone already is left at that. */
export async function carryOutUndo(api: AwsApi, { region, input, entry }: AclUndo): Promise<void> {
  const there = await entriesOf(api, { region, id: input.NetworkAclId })
  if (!there.some((found) => sameEntry(found, entry))) return
  try {
    await api.ec2(region, 'DeleteNetworkAclEntry', input)
  } catch (error) {
    // The Scheduler was first.
    if (error instanceof AwsRefusal && error.awsCode === 'InvalidNetworkAclEntry.NotFound') return
    throw error
  }
}

export function sameEntry(one: AclEntry, other: AclEntry): boolean {
  return (['number', 'action', 'port', 'from'] as const).every((field) => one[field] === other[field])
}

function readEntry(entry: Element): AclEntry {
  const port = textAt(entry, 'portRange', 'from')
  return {
    number: Number(textAt(entry, 'ruleNumber')),
    action: textAt(entry, 'ruleAction') === 'allow' ? 'allow' : 'deny',
    port: textAt(entry, 'protocol') === ALL || port === undefined ? null : Number(port),
    from: textAt(entry, 'cidrBlock') ?? '',
  }
}

function notStarted(reason: string): AntipodeError {
  return new AntipodeError('DRILL_NOT_STARTED', { reason })
}
